"""Checks the JSON Schema that the program prints, with an independent validator:

    lodestone schema > schema.json
    python3 Tests/Schema/check_schema.py schema.json LODESTONE MODEL.yaml...

The metaschema must accept it, it must accept every model, and it must reject wrong ones, which the program
rejects too. Ends with 0 where all of that holds, 1 where not, 77 where the validator is not installed.
"""

import copy
import json
import subprocess
import sys
import tempfile

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"SKIPPED: {error.name} is not installed; run Scripts/setup-tests")
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: NO is a country, not a truth value, and a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs
            if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", yaml.resolver.re.compile("^(?:true|false)$"), list("tf"))


def with_text_keys(value):
    """JSON's keys are texts: 2026 becomes "2026"."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_text_keys(inner) for inner in value]
    return value


def load(path):
    with open(path, encoding="utf-8") as file:
        return with_text_keys(yaml.load(file, Loader=Loader))


def changed(model, path, value=None, rename=None):
    """A copy with the value at the path replaced, removed (None) or under another key."""
    copied = copy.deepcopy(model)
    place = copied
    for key in path[:-1]:
        place = place[key]
    if rename is not None:
        place[rename] = place.pop(path[-1])
    elif value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copied


def wrong_models(model):
    """What is wrong, and a model with it."""
    facility = next(id for id, entry in model["facilities"].items() if "expansion" in entry)
    fund = next(iter(model["funds"]))
    commodity = next(iter(model["commodities"]))
    expansion = ["facilities", facility, "expansion"]
    yield "a misspelt section", changed(model, ["funds"], rename="found")
    yield "a misspelt key of a facility", changed(model, ["facilities", facility, "stage"], rename="stag")
    yield "a misspelt key of an expansion", changed(model, expansion + ["capex"], rename="capx")
    yield "a misspelt key of a fund", changed(model, ["funds", fund, "appropriations"], rename="apropriations")
    yield "no horizon", changed(model, ["horizon"])
    yield "a list for a mapping", changed(model, ["facilities"], [])
    yield "a mapping for a quantity", changed(model, expansion + ["max"], {"t": 5})
    yield "a quantity without a unit", changed(model, expansion + ["max"], 5)
    yield "a word for a quantity", changed(model, ["commodities", commodity, "price"], "a lot")
    yield "a year out of range", changed(model, ["horizon", "start"], 20260)
    yield "a year for a word", changed(model, ["horizon", "step"], "week")
    yield "a series with a key that is no year", changed(model, ["commodities", commodity, "price"], {"soon": "5 USD/kg"})
    yield "an unknown instrument", changed(model, ["funds", fund, "instruments"], ["gift"])
    yield "a truth value for a list of changes", changed(
        model, ["scenarios"], {"s": {"changes": True}})


def main():
    schema_path, program, models = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.validators.validator_for(schema, default=None)
    if kind is None:
        sys.exit("the schema names no known metaschema")
    kind.check_schema(schema)
    validator = kind(schema)
    failures, rejected = [], 0
    for path in models:
        for error in validator.iter_errors(load(path)):
            failures.append(f"{path}: {error.json_path}: {error.message[:200]}")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        for what, wrong in wrong_models(load(models[0])):
            if validator.is_valid(wrong):
                failures.append(f"the schema accepts {what}")
            file.seek(0)
            file.truncate()
            yaml.safe_dump(wrong, file, sort_keys=False)
            file.flush()
            code = subprocess.run([program, "validate", file.name], capture_output=True, timeout=60).returncode
            if code != 1:
                failures.append(f"the program ends with {code} on {what}, expected 1")
            rejected += 1
    for failure in failures:
        print(failure)
    print(f"{len(models)} models accepted, {rejected} wrong ones rejected, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
