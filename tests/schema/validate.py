"""Holds every server message of a set of dumps against the reference schema.

A dump is a file of JSON lines: bare messages of both sides in order, or `{"to": "client" | "server", "msg": …}`.
A result can be checked only when the request that it answers stands before it in the same file.
"""

import collections
import json
import pathlib
import sys

from jsonschema import Draft7Validator

# Responses that are not called after their params.
RESPONSES = {
    "account/rateLimits/read": "GetAccountRateLimitsResponse",
    "account/usage/read": "GetAccountTokenUsageResponse",
    "account/logout": "LogoutAccountResponse",
    "accountSession/list": "AccountSessionsListResponse",
    "config/value/write": "ConfigWriteResponse",
    "config/batchWrite": "ConfigWriteResponse",
    "config/mcpServer/reload": "McpServerRefreshResponse",
    "configRequirements/read": "ConfigRequirementsReadResponse",
}


class Schemas:
    def __init__(self, folder):
        self.folder = folder
        self.notifications = self._by_method("ServerNotification")
        self.server_requests = self._by_method("ServerRequest")
        self.client_requests = {
            method: entry.get("properties", {}).get("params", {}) for method, entry in self._entries("ClientRequest")
        }
        self.error = Draft7Validator(self._load("JSONRPCError"))
        self.responses = {}

    def _load(self, name):
        for place in (self.folder, self.folder / "v2", self.folder / "v1"):
            path = place / f"{name}.json"
            if path.exists():
                return json.loads(path.read_text())
        return None

    def _entries(self, name):
        for entry in self._load(name)["oneOf"]:
            for method in entry["properties"]["method"]["enum"]:
                yield method, entry

    def _by_method(self, name):
        definitions = self._load(name)["definitions"]
        return {m: Draft7Validator({"definitions": definitions, **entry}) for m, entry in self._entries(name)}

    def response(self, method):
        """The validator of a method's result, or None where the reference has no such method."""
        if method not in self.responses:
            name = RESPONSES.get(method)
            if name is None:
                reference = self.client_requests.get(method, {}).get("$ref", "")
                name = reference.rsplit("/", 1)[-1].replace("Params", "Response")
            schema = self._load(name) if name else None
            self.responses[method] = schema and Draft7Validator(schema)
        return self.responses[method]


def messages(path):
    """The objects of a dump, each with whether the server sent it (None: not said)."""
    for line in path.read_bytes().splitlines():
        try:
            message = json.loads(line)
        except ValueError:
            continue  # A client's bad input, which the wire tests send on purpose.
        said = None
        if isinstance(message, dict) and message.keys() == {"to", "msg"}:
            said, message = message["to"] == "client", message["msg"]
        if isinstance(message, dict):
            yield said, message


class Check:
    def __init__(self, schemas):
        self.schemas = schemas
        self.counts = collections.Counter()
        self.failures = []

    def file(self, path):
        asked = {}
        for said, message in messages(path):
            method, identity = message.get("method"), json.dumps(message.get("id"))
            from_client = said is False or (
                said is None and method is not None and method not in self.schemas.notifications
                and method not in self.schemas.server_requests
            )
            if from_client:
                if method is not None and "id" in message:
                    asked[identity] = method
            elif method is not None and "id" in message:
                self.hold(path, method, self.schemas.server_requests.get(method), message, "server requests")
            elif method is not None:
                self.hold(path, method, self.schemas.notifications.get(method), message, "notifications")
            elif "error" in message:
                if message.get("id") is None:
                    # Design: an id that cannot be read is answered with null, which the reference cannot say.
                    self.counts["errors with a null id, outside the schema on purpose"] += 1
                else:
                    self.hold(path, "error", self.schemas.error, message, "errors")
            elif "result" in message:
                answered = asked.get(identity)
                if answered is None:
                    self.failures.append(f"{path.name}: a result for id {identity}, which nobody asked for")
                else:
                    self.hold(path, answered, self.schemas.response(answered), message["result"], "results")

    def hold(self, path, what, validator, value, kind):
        self.counts[kind] += 1
        if validator is None:
            self.failures.append(f"{path.name}: `{what}` is not in the reference schema ({kind})")
            return
        for error in list(validator.iter_errors(value))[:3]:
            where = "/".join(map(str, error.absolute_path)) or "."
            self.failures.append(f"{path.name}: {what}: {where}: {error.message[:300]}")


def main():
    check = Check(Schemas(pathlib.Path(sys.argv[1])))
    dumps = sorted(pathlib.Path(sys.argv[2]).rglob("*.jsonl"))
    for path in dumps:
        check.file(path)
    for kind, count in sorted(check.counts.items()):
        print(f"schema: {count} {kind}")
    for failure in sorted(set(check.failures)):
        print(f"schema: FAILED {failure}")
    if check.failures:
        sys.exit(1)
    # A run that saw nothing has shown nothing.
    for kind in ("results", "notifications", "errors"):
        if not check.counts[kind]:
            sys.exit(f"schema: the {len(dumps)} dumps hold no {kind}: was WIRE_DUMP_DIR set for the tests?")
    print(f"schema: every server message of {len(dumps)} dumps fits the reference")


main()
