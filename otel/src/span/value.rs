//! The values that attributes take.

use std::borrow::Cow;

/// An attribute value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Str(Cow<'static, str>),
    /// A whole number.
    I64(i64),
    /// A fraction, written with three decimals.
    F64(f64),
    /// A fraction of which every decimal counts: a price.
    Exact(f64),
    /// A truth value.
    Bool(bool),
    /// A list of texts.
    StrList(Vec<Cow<'static, str>>),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Str(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::F64(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::StrList(list.into_iter().map(Cow::Owned).collect())
    }
}

impl From<Vec<&'static str>> for Value {
    fn from(list: Vec<&'static str>) -> Self {
        Self::StrList(list.into_iter().map(Cow::Borrowed).collect())
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                // A count past `i64::MAX` cannot be written in OTLP; the largest value is the nearest truth.
                Self::I64(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

whole_numbers!(i32, u16, u32, i64, u64, usize);

impl From<Value> for opentelemetry::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Str(text) => Self::String(text.into()),
            Value::I64(number) => Self::I64(number),
            Value::F64(number) => Self::F64(rounded(number)),
            Value::Exact(number) => Self::F64(number),
            Value::Bool(truth) => Self::Bool(truth),
            Value::StrList(list) => {
                Self::Array(opentelemetry::Array::String(list.into_iter().map(Into::into).collect()))
            }
        }
    }
}

/// A fraction as people read it: three decimals, or three digits of what is smaller, as prices are. Sixteen digits hide
/// what matters.
fn rounded(number: f64) -> f64 {
    let decimals =
        if number.abs() >= 0.1 || number == 0.0 { 0 } else { -(number.abs().log10().floor() as i32) - 1 };
    let scale = 1_000.0 * 10_f64.powi(decimals);
    let rounded = (number * scale).round() / scale;
    if rounded.is_finite() { rounded } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_have_three_decimals() {
        for (number, expected) in [
            (0.123_456, 0.123),
            (1.9999, 2.0),
            (-0.000_412_345, -0.000_412),
            (0.012_345, 0.0123),
            (1e300, 1e300),
            (5.0, 5.0),
        ] {
            let value = opentelemetry::Value::from(Value::F64(number));
            assert_eq!(value, opentelemetry::Value::F64(expected));
        }
        let cost = opentelemetry::Value::from(Value::Exact(0.000_45));
        assert_eq!(cost, opentelemetry::Value::F64(0.000_45));
        assert!(rounded(f64::NAN).is_nan());
    }
}
