"""XMP: what a picture says of itself to the world's other programs, in IPTC's words and in ours.

Formats: ISO 16684-1; IPTC Photo Metadata Standard 2025.1, "Properties for AI-generated images".
"""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "imagegen": "urn:imagegen:",
}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
DRAWN = f"{SOURCE_TYPES}trainedAlgorithmicMedia"
DRAWN_FROM_PICTURE = f"{SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
# What XML 1.0 has no way to write.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
"""
TAIL = """</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
Properties = Sequence[tuple[str, str]]  # such as ("xmp:CreatorTool", "imagegen 1.0")


def packet(properties: Properties) -> bytes:
    """A packet with these simple properties."""
    prefixes = sorted({name.partition(":")[0] for name, _ in properties})
    spaces = "".join(f'\n xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in prefixes)
    lines = [f"<{name}>{_text(value)}</{name}>\n" for name, value in properties]
    description = f'<rdf:Description rdf:about=""{spaces}>\n{"".join(lines)}</rdf:Description>\n'
    return f"{HEAD}{description}{TAIL}".encode()


def _text(value: str) -> str:
    # A bare CR would be read as a line feed.
    return escape(FORBIDDEN.sub("\ufffd", value), {"\r": "&#13;"})
