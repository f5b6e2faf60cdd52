"""The stub of the native half says what is there."""

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

import transformer_vm
from transformer_vm import _native

STUB = Path(transformer_vm.__file__).with_name("_native.pyi")


def parameters(function):
    """The names of the parameters without the first of a method."""
    arguments = function.args
    return [one.arg for one in arguments.posonlyargs + arguments.args if one.arg not in ("self", "cls")]


def test_the_stub_has_what_the_module_has():
    tree = ast.parse(STUB.read_text())
    declared = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    declared = {name: node for name, node in declared.items() if not name.startswith("_")}
    assert sorted([*declared, "VERSION"]) == sorted(name for name in vars(_native) if not name.startswith("_"))
    for name, node in declared.items():
        real = getattr(_native, name)
        if isinstance(node, ast.FunctionDef):
            assert parameters(node) == list(inspect.signature(real).parameters), name
            continue
        members = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        assert inspect.getdoc(real), name
        public = {member for member in vars(real) if not member.startswith("_")}
        assert {member for member in members if not member.startswith("_")} == public, name
        for member, function in members.items():
            found = inspect.getattr_static(real, member)
            is_property = any(getattr(one, "id", None) == "property" for one in function.decorator_list)
            assert is_property == inspect.isgetsetdescriptor(found), f"{name}.{member}"
            if not is_property and not member.startswith("__"):
                real_names = [one for one in inspect.signature(getattr(real, member)).parameters if one != "self"]
                assert parameters(function) == real_names, f"{name}.{member}"


def test_the_version_is_that_of_the_package():
    assert transformer_vm.__version__ == version("transformer-vm")


def test_the_package_is_typed_and_everything_is_documented():
    assert STUB.with_name("py.typed").exists()
    for name in transformer_vm.__all__:
        found = getattr(transformer_vm, name)
        assert inspect.getdoc(found), name
        for member, value in vars(found).items() if inspect.isclass(found) else ():
            if inspect.isfunction(value) and not member.startswith("_") and member not in ("_make",):
                assert inspect.getdoc(value), f"{name}.{member}"
                assert inspect.signature(value).return_annotation is not inspect.Signature.empty, f"{name}.{member}"
