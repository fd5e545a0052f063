//! Rules that a crate's source has to keep, read from the source: which module may use which, and what module roots hold.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Expr, ExprField, File, FnArg, ImplItemFn, Item, ItemFn, ItemMod, ItemUse, Pat, PatStruct,
    Signature, Type, UseTree,
    visit::{self, Visit},
};

/// A source file of a crate.
pub struct Source {
    /// The file, below the crate's `src`.
    pub path: PathBuf,
    /// Its module, by the names from the crate's root on.
    pub module: Vec<String>,
    /// What it says.
    pub file: File,
}

/// The source files of a crate, those of its tests left out.
pub fn sources(src: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    collect(src, src, &mut sources);
    assert!(!sources.is_empty(), "no source below {}", src.display());
    sources
}

fn collect(src: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests" && name != "bin") {
                collect(src, &path, sources);
            }
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if path.extension().is_none_or(|extension| extension != "rs") || stem.ends_with("tests") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file");
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let below = path.strip_prefix(src).expect("below the folder").to_owned();
        let mut module: Vec<String> = below
            .parent()
            .into_iter()
            .flat_map(Path::components)
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if !matches!(stem.as_str(), "mod" | "lib" | "main") {
            module.push(stem);
        }
        sources.push(Source { path: below, module, file });
    }
}

/// What breaks the order of a crate's modules. `order` lists its rooms from the bottom up, each by its path
/// (`exec/sandbox`); a file belongs to the innermost room that it lies in, and uses its own room and those below.
pub fn order_violations(sources: &[Source], order: &[&str]) -> Vec<String> {
    let rooms: Vec<Vec<&str>> = order.iter().map(|room| room.split('/').collect()).collect();
    let room_of = |module: &[String]| {
        (0..rooms.len())
            .filter(|room| {
                rooms[*room].len() <= module.len() && rooms[*room].iter().zip(module).all(|(a, b)| a == b)
            })
            .max_by_key(|room| rooms[*room].len())
    };
    let root = root_names(sources);
    let mut violations = Vec::new();
    for source in sources.iter().filter(|source| !source.module.is_empty()) {
        let Some(own) = room_of(&source.module) else {
            violations.push(format!("{}: in no room; put it into the order", source.path.display()));
            continue;
        };
        let mut visitor = Uses { module: source.module.clone(), found: Vec::new() };
        visitor.visit_file(&source.file);
        visitor.found.sort();
        visitor.found.dedup();
        for used in visitor.found {
            let used = match used.first().and_then(|first| root.get(first)) {
                Some(module) => module,
                None => &used,
            };
            if let Some(other) = room_of(used)
                && other > own
            {
                violations.push(format!(
                    "{}: `{}` uses `{}`, which stands above it ({})",
                    source.path.display(),
                    order[own],
                    order[other],
                    used.join("::")
                ));
            }
        }
    }
    violations
}

/// Where the names come from that a crate's root gives out: `crate::Name` is a use of that module.
fn root_names(sources: &[Source]) -> BTreeMap<String, Vec<String>> {
    let mut names = BTreeMap::new();
    for source in sources.iter().filter(|source| source.module.is_empty()) {
        for item in &source.file.items {
            if let Item::Use(item) = item {
                for (path, name) in flatten(&item.tree) {
                    if path.len() > 1 {
                        names.insert(name, path);
                    }
                }
            }
        }
    }
    names
}

/// The modules that a file uses, as paths from the crate's root.
struct Uses {
    module: Vec<String>,
    found: Vec<Vec<String>>,
}

impl Uses {
    fn add(&mut self, path: &[String]) {
        let Some(first) = path.first() else { return };
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().saturating_sub(1)].to_vec(),
            _ => return,
        };
        for part in &path[1..] {
            if part == "super" {
                base.pop();
            } else {
                base.push(part.clone());
            }
        }
        self.found.push(base);
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        for (path, _) in flatten(&item.tree) {
            self.add(&path);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.add(&parts);
        }
        visit::visit_path(self, path);
    }
}

/// Every path of a use tree, and the name that it gets.
fn flatten(tree: &UseTree) -> Vec<(Vec<String>, String)> {
    fn walk(tree: &UseTree, prefix: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                walk(&path.tree, prefix, found);
                prefix.pop();
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let mut path = prefix.clone();
                if name != "self" {
                    path.push(name.clone());
                }
                found.push((path, name));
            }
            UseTree::Rename(rename) => {
                let mut path = prefix.clone();
                path.push(rename.ident.to_string());
                found.push((path, rename.rename.to_string()));
            }
            UseTree::Glob(_) => found.push((prefix.clone(), "*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, prefix, found)),
        }
    }
    let mut found = Vec::new();
    walk(tree, &mut Vec::new(), &mut found);
    found
}

/// What a module root holds beside documentation, modules and re-exports.
pub fn logic_of_roots(sources: &[Source]) -> Vec<String> {
    let roots = sources.iter().filter(|source| source.path.file_name().is_some_and(|name| name == "mod.rs"));
    roots
        .flat_map(|source| {
            let logic = source.file.items.iter().filter(|item| match item {
                Item::Use(_) => false,
                Item::Mod(module) => module.content.is_some(),
                _ => true,
            });
            logic.map(|item| format!("{}: {}", source.path.display(), kind(item)))
        })
        .collect()
}

/// Where params are not taken apart whole: a handler that ignores them, a pattern with `..`, a field that is read by its
/// name. A field that nobody takes would then compile.
pub fn params_not_taken_whole(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let mut params = Params { path: &source.path, names: Vec::new(), found: &mut found };
        params.visit_file(&source.file);
    }
    found
}

struct Params<'a> {
    path: &'a Path,
    /// The arguments of the functions around that are params.
    names: Vec<String>,
    found: &'a mut Vec<String>,
}

impl Params<'_> {
    fn signature(&mut self, signature: &Signature) -> usize {
        let before = self.names.len();
        for input in &signature.inputs {
            let FnArg::Typed(argument) = input else { continue };
            if !is_params(&argument.ty) {
                continue;
            }
            match &*argument.pat {
                Pat::Ident(name) => self.names.push(name.ident.to_string()),
                Pat::Wild(_) => self.report(&format!("`{}` ignores its params", signature.ident)),
                _ => {}
            }
        }
        before
    }

    fn report(&mut self, what: &str) {
        self.found.push(format!("{}: {what}", self.path.display()));
    }
}

impl<'ast> Visit<'ast> for Params<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let before = self.signature(&function.sig);
        visit::visit_impl_item_fn(self, function);
        self.names.truncate(before);
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        let before = self.signature(&function.sig);
        visit::visit_item_fn(self, function);
        self.names.truncate(before);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        if pattern.rest.is_some() && names_params(&pattern.path) {
            self.report("a pattern of params with `..`");
        }
        visit::visit_pat_struct(self, pattern);
    }

    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        if let Expr::Path(base) = &*field.base
            && base.path.get_ident().is_some_and(|base| self.names.iter().any(|name| base == name))
        {
            self.report("a field of params is read by its name");
        }
        visit::visit_expr_field(self, field);
    }
}

fn is_params(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => names_params(&path.path),
        Type::Reference(reference) => is_params(&reference.elem),
        _ => false,
    }
}

fn names_params(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Params"))
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Const(_) | Item::Static(_) => "a constant",
        Item::Enum(_) | Item::Struct(_) | Item::Type(_) | Item::Union(_) => "a type",
        Item::Fn(_) => "a function",
        Item::Impl(_) => "an impl",
        Item::Macro(_) => "a macro",
        Item::Mod(_) => "a module with content",
        Item::Trait(_) => "a trait",
        _ => "an item",
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        let path = PathBuf::from(path);
        let module = path.with_extension("");
        let mut module: Vec<_> = module.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if module.last().is_some_and(|last| last == "mod" || last == "lib") {
            module.pop();
        }
        Source { path, module, file: syn::parse_str(text).expect("Rust") }
    }

    const ORDER: [&str; 4] = ["low/inner", "low", "middle", "high"];

    fn violations(path: &str, text: &str) -> Vec<String> {
        let root = source("lib.rs", "mod low; mod middle; mod high; pub use high::High;");
        order_violations(&[root, source(path, text)], &ORDER)
    }

    #[test]
    fn modules_may_use_what_stands_below_them() {
        for (path, text) in [
            ("high/mod.rs", "use crate::{low::{self, inner::A}, middle};"),
            ("low/x.rs", "use super::inner::B; fn f() { crate::low::y::g(); }"),
            ("low/x.rs", "#[cfg(test)] mod tests { use crate::high::High; }"),
            ("middle.rs", "use std::{high::Something}; use middle::X;"),
        ] {
            assert_eq!(violations(path, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_circle_that_is_put_in_is_found() {
        for (path, text) in [
            ("low/x.rs", "use crate::middle::M;"),
            ("low/x.rs", "use crate::{low::y, high::{a, b}};"),
            ("low/inner.rs", "use super::y::Z;"),
            ("low/mod.rs", "pub(crate) use crate::high::High;"),
            ("low/x.rs", "use crate::High;"),
            ("middle.rs", "fn f() { let _ = crate::high::g(); }"),
            ("middle.rs", "struct S { field: crate::high::T }"),
        ] {
            assert_ne!(violations(path, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_module_in_no_room_is_found() {
        assert_eq!(violations("new.rs", ""), ["new.rs: in no room; put it into the order"]);
    }

    #[test]
    fn a_root_holds_modules_and_re_exports() {
        let good = source("a/mod.rs", "//! A.\nmod b; pub(crate) mod c; pub use b::B; use c::D;");
        assert_eq!(logic_of_roots(&[good]), Vec::<String>::new());
        let bad = source("a/mod.rs", "mod b; const C: u8 = 1; fn f() {}");
        assert_eq!(logic_of_roots(&[bad]), ["a/mod.rs: a constant", "a/mod.rs: a function"]);
    }

    #[test]
    fn params_are_taken_apart_whole() {
        let check = |text: &str| params_not_taken_whole(&[source("handlers/a.rs", text)]);
        for good in [
            "fn handle(a::ReadParams { id, all: _ }: a::ReadParams) {}",
            "fn handle(params: a::ReadParams) { let a::ReadParams { id } = params; id.x }",
            "fn handle(params: a::ReadParams) { wire::read(params) }",
            "fn handle(a::ReadParams {}: a::ReadParams) {}",
        ] {
            assert_eq!(check(good), Vec::<String>::new(), "{good}");
        }
        for bad in [
            "impl A { async fn handle(&self, params: a::ReadParams) { params.id } }",
            "fn handle(params: a::ReadParams) { let a::ReadParams { id, .. } = params; }",
            "fn handle(a::ReadParams { id, .. }: a::ReadParams) {}",
            "fn handle(_: a::ReadParams) {}",
            "fn convert(of: &ReadParams) { of.id.len() }",
        ] {
            assert_eq!(check(bad).len(), 1, "{bad}");
        }
    }
}
