"""The properties of an XMP packet, flat: `xmp:prefix:name` and what it says.

Format: ISO 16684-1 (XMP), the RDF/XML forms that tools write. Entities are not expanded.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imagegen.reading.bounded import DamagedError, TooMuchError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_TAGS = 20_000
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# Prefixes are a writer's choice; these are the usual ones of their namespaces.
PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
}


def read(text: str) -> dict[str, str]:
    """The properties by name; of lists, the first language or all the words, a line each."""
    if text.count("<") > MOST_TAGS:
        raise TooMuchError(f"the XMP packet has more than {MOST_TAGS:,} tags")
    if "<!" in text:  # a document type may define entities that grow without end
        raise DamagedError("the XMP packet declares what none may")
    from xml.etree import ElementTree  # only where there is XMP

    try:
        root = ElementTree.fromstring(text.strip().strip("\ufeff\0"))
    except (ElementTree.ParseError, ValueError) as error:
        raise DamagedError(f"the XMP packet is not XML: {error}") from None
    found: dict[str, str] = {}
    for described in root.iter(f"{RDF}Description"):
        for name, value in described.attrib.items():
            if not name.startswith(RDF):
                found.setdefault(_name(name), value)
        for child in described:
            words = "\n".join(_words(child))
            if words:
                found.setdefault(_name(child.tag), words)
    return found


def _words(element: "Element") -> Iterator[str]:
    items = list(element.iter(f"{RDF}li"))
    if element.find(f"{RDF}Alt") is not None:
        items = items[:1]
    for one in items or [element]:
        words = (one.text or "").strip() if len(one) else one.text or ""
        if words.strip():
            yield words


def _name(tag: str) -> str:
    space, _, name = tag.removeprefix("{").rpartition("}")
    prefix = PREFIXES.get(space) or re.split("[/:#]", space.rstrip("/:#"))[-1]
    return f"xmp:{prefix}:{name}" if prefix else f"xmp:{name}"
