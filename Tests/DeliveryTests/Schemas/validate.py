"""Judges each line of a file by a JSON Schema; fails if one is not as it should be.

usage: validate.py SCHEMA FILE valid|invalid
"""

import json
import sys

import jsonschema

schema_path, lines_path, verdict = sys.argv[1:]
with open(schema_path, encoding="utf8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for example in schema["examples"]:
    validator.validate(example)

surprises = 0
count = 0
with open(lines_path, encoding="utf8") as file:
    for number, line in enumerate(file, 1):
        count += 1
        error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(line)))
        if (error is None) != (verdict == "valid"):
            surprises += 1
            print(f"{lines_path}:{number}: should be {verdict}: {line.strip()}")
            if error is not None:
                print(f"    {error.json_path}: {error.message}")
if count == 0:
    print(f"{lines_path} is empty")
sys.exit(1 if surprises or not count else 0)
