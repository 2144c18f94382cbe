"""What a planned chunk is called, and why it is there, in a line for people.

Names say what is inside and nothing of what else there is: no numbers, which would rename chunks that did not change.
Where there is no word for it, a mark tells such chunks apart: browsers that have a release's chunk offer it for the
chunk of the same name in the next one, and for no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from perfbuild.chunking.partition import Partition
from perfbuild.chunking.parts import Part
from perfbuild.chunking.releases import package_of
from perfbuild.chunking.transfer import transfer_size
from perfbuild.model import Atom
from perfbuild.sizes import format_bytes, plural

#: What a chunk is called whose parts have no common word, before its mark.
SHARED = "shared"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def name_of(atoms: Sequence[Atom], roots: Sequence[Atom]) -> str:
    """The entry's stem, the routes' stems, the package's name, or "shared" with a mark. ``roots`` are theirs."""
    groups = {atom.group for atom in atoms if atom.group is not None}
    if len(groups) == 1:
        return _clean(groups.pop())
    facades = sorted((not root.is_entry, root.facade) for root in roots if root.facade is not None)
    if facades:
        if len(facades) == 1 or not facades[0][0]:
            return stem_of(facades[0][1])
        stems = list(dict.fromkeys(stem_of(facade) for _, facade in facades))
        return "-".join(stems) if len(stems) <= 2 else _shared(atoms)
    return _name_of_modules([module for atom in atoms for module, _ in atom.modules]) or _shared(atoms)


def stem_of(module: str) -> str:
    """``src/pages/About.tsx`` -> ``About``; of an ``index`` file the folder's name."""
    package = package_of(module)
    path = PurePosixPath(module.lstrip("\0").partition("?")[0])
    stem = path.name.split(".")[0] or path.name
    if stem == "index":
        stem = (
            package
            if package not in (None, "\0") and path.parent.name in ("dist", "es", "esm", "lib")
            else path.parent.name
        )
    return _clean(stem or "index")


def _shared(atoms: Sequence[Atom]) -> str:
    """Marked by the heaviest module, which is in no other chunk and seldom leaves its own."""
    _, module = max(((size, module) for atom in atoms for module, size in atom.modules), default=(0, ""))
    digest = hashlib.sha256(module.encode("utf-8", "surrogateescape")).digest()
    return f"{SHARED}-{''.join(_DIGITS[byte % 36] for byte in digest[:3])}"


def _name_of_modules(modules: Sequence[str]) -> str | None:
    if len(modules) == 1 and package_of(modules[0]) is None:
        return stem_of(modules[0])
    packages = {package_of(module) for module in modules} - {"\0"}
    only = packages.pop() if len(packages) == 1 else None
    return _clean(only) if only is not None else None


def _clean(name: str) -> str:
    """Letters, digits, ``_`` and ``-``, so that the name can stand in a file name and a URL."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-") or SHARED


def reason_for(partition: Partition, part: Part) -> str:
    """``shared by 5 of 13 routes; merging saves 1.2 requests a visit for 0.8 kB``."""
    groups = {partition.visits.atoms[member].group for member in part.members} - {None}
    if groups:
        return f"cache group {', '.join(sorted(group for group in groups if group))}"
    count = len(partition.visits.roots)
    share = f"shared by {part.visitors.bit_count()} of {plural(count, 'route')}"
    if part.visitors.bit_count() < 2:
        share = f"for 1 of {plural(count, 'route')}" if part.visitors else "for no route"
    if len(part.members) < 2:
        return share
    requests, size = _merged(partition, part)
    if size <= 0:
        return f"{share}; merging saves {requests:.1f} requests and {format_bytes(round(-size))} a visit"
    return f"{share}; merging saves {requests:.1f} requests a visit for {format_bytes(round(size))}"


def _merged(partition: Partition, part: Part) -> tuple[float, float]:
    """Requests saved and bytes added, for a mean visit among those that download the part."""
    weights = partition.visits.weights
    visitors = [(weights[partition.visits.visitors[member]], member) for member in part.members]
    whole = part.weight or 1
    apart = sum(weight * transfer_size(partition.visits.atoms[member].size) for weight, member in visitors)
    requests = sum(weight for weight, _ in visitors) / whole - 1
    return requests, transfer_size(part.size) - apart / whole
