"""Pictures that only say that a model made them, in IPTC's words, and by which program.

Properties: "IPTC Photo Metadata Standard 2025.1".
"""

from imagegen.reading.found import Carried, Fields, Found

SPACE = "xmp:Iptc4xmpExt:"
MADE = "trainedAlgorithmicMedia"  # also at the end of the term for composites
PROGRAMS = ("xmp:xmp:CreatorTool", "exif:Software", "Software")


def read(carried: Carried) -> Found | None:
    """The program, the model and the prompt, as far as they are said."""
    said = {
        key.removeprefix(SPACE): text
        for key, text in carried.texts.items()
        if key.startswith(SPACE)
    }
    fields = Fields(said)
    is_made = said.get("DigitalSourceType", "").lower().endswith(MADE.lower())
    if not is_made and "AISystemUsed" not in said:
        return None
    programs = (carried.texts[key] for key in PROGRAMS if key in carried.texts)
    system = fields.text("AISystemUsed")
    return Found(
        tool=next(programs, None) or system or "a trained model",
        source=f"{SPACE}DigitalSourceType" if is_made else f"{SPACE}AISystemUsed",
        prompt=fields.text("AIPromptInformation"),
        model=system,
        other=fields.rest(),
    )
