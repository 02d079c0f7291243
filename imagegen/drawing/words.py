"""The words of the storybook world: what each part of a scene can be called."""

NUMBERS = {
    1: ("one",),
    2: ("two", "2", "a pair of"),
    3: ("three", "3"),
    4: ("four", "4"),
    5: ("five", "5"),
    6: ("six", "6"),
}
ALSO = {  # another word for the same
    "bicycle": "bike",
    "motorcycle": "motorbike",
    "rabbit": "bunny",
    "gift": "present",
    "cup": "mug",
    "gray": "grey",
    "dog": "puppy",
    "cat": "kitten",
    "astronaut": "spaceman",
    "boat": "ship",
    "cube": "block",
    "policeman": "police officer",
    "firefighter": "fireman",
    "grandmother": "grandma",
    "santa": "santa claus",
    "dinosaur": "dino",
    "hippo": "hippopotamus",
    "pig": "piglet",
    "chicken": "hen",
    "cow": "calf",
    "sheep": "lamb",
    "sofa": "couch",
    "donut": "doughnut",
    "icecream": "ice cream",
    "telephone": "phone",
    "television": "tv",
    "shoe": "boot",
    "bag": "handbag",
    "heart": "love heart",
    "turquoise": "teal",
    "plane": "airplane",
    "airplane": "plane",
    "spaceship": "ufo",
}
IRREGULAR = {
    "fish": "fish",
    "sheep": "sheep",
    "deer": "deer",
    "mouse": "mice",
    "wolf": "wolves",
    "calf": "calves",
    "leaf": "leaves",
    "scarf": "scarves",
    "elf": "elves",
    "knife": "knives",
    "glasses": "glasses",
    "scissors": "scissors",
    "dino": "dinos",
    "piano": "pianos",
    "superhero": "superheroes",
}
PAIRS = ("glasses", "scissors")  # never "a glasses"
PATTERNS = {"striped": ("striped", "stripy"), "spotted": ("spotted", "dotted", "spotty")}
WITH = {"striped": "with stripes", "spotted": "with spots"}
SIZES = {"small": ("small", "little", "tiny"), "big": ("big", "large", "huge", "giant")}
VERBS = {
    "riding": ("riding", "who rides", "is riding", "rides", "on", "riding on"),
    "driving": ("driving", "who drives", "is driving", "drives", "in", "driving in"),
    "sailing": ("sailing", "who sails", "is sailing", "sails", "in", "sailing in"),
    "flying": ("flying", "who flies", "is flying", "flies", "in", "flying in", "flying on", "on"),
    "rowing": ("rowing", "who rows", "is rowing", "rows", "in"),
    "holding": ("holding", "who holds", "is holding", "holds", "with", "carrying"),
    "next to": (
        *("next to", "standing next to", "beside", "near", "stands next to", "by", "and"),
        *("together with", "at the side of"),
    ),
    "on": ("on", "on top of", "standing on", "sits on", "upon", "sitting on"),
    "under": ("under", "underneath", "beneath", "standing under"),
    "inside": ("inside", "in", "sitting in", "sits in", "standing in", "is inside"),
    "behind": ("behind", "standing behind", "hiding behind", "stands behind", "is behind"),
    "in front of": (
        *("in front of", "standing in front of", "before", "stands in front of"),
        "is in front of",
    ),
    "left of": ("to the left of", "left of", "on the left of", "on the left side of"),
    "right of": ("to the right of", "right of", "on the right of", "on the right side of"),
    "above": ("above", "over", "high above", "floating above"),
    "below": ("below", "under", "underneath"),
    "chasing": ("chasing", "running after", "chases", "is chasing", "who chases", "runs after"),
    "giving": ("giving", "gives", "is giving", "handing", "offering", "who gives"),
    "looking at": (
        *("looking at", "watching", "looks at", "is looking at", "gazing at", "who looks at"),
        "staring at",
    ),
}
AND = ("and", "and", "and", "next to", "beside", "with")  # of several
PLACES = {
    "beach": ("on the beach", "at the beach", "on a beach", "by the sea"),
    "forest": ("in the forest", "in a forest", "in the woods"),
    "moon": ("on the moon", "on the surface of the moon"),
    "city": ("in the city", "in a city", "in town", "on a city street"),
    "desert": ("in the desert", "in a desert"),
    "mountains": ("in the mountains", "in front of mountains"),
    "meadow": ("in a meadow", "in the meadow", "on green hills"),
    "castle": ("in front of a castle", "at the castle", "near a castle"),
    "room": ("in a room", "inside a room", "at home", "in the living room"),
    "farm": ("on a farm", "at the farm", "on the farm"),
    "underwater": ("underwater", "under water", "under the sea", "at the bottom of the sea"),
    "space": ("in space", "in outer space", "among the planets"),
    "cave": ("in a cave", "inside a cave", "in the cave"),
    "arctic": ("in the arctic", "at the north pole", "on the ice", "near an igloo"),
    "clouds": ("above the clouds", "in the clouds", "high in the sky", "in heaven"),
    "kitchen": ("in the kitchen", "in a kitchen"),
    "library": ("in the library", "in a library", "among books"),
    "circus": ("in the circus", "at the circus", "in a circus tent"),
    "garden": ("in the garden", "in a garden", "in the backyard"),
    "playground": ("on the playground", "at the playground", "on a playground"),
    "lake": ("by the lake", "at a lake", "by the water", "near a lake"),
    "shop": ("in front of a shop", "at the shop", "outside a store", "on a street with a shop"),
}
TIMES = {
    "day": ("by day", "in the daytime", "on a bright day", "during the day"),
    "sunset": ("at sunset", "in the evening", "at dusk", "while the sun goes down"),
    "night": ("at night", "in the night", "by night", "during the night", "under the night sky"),
}
WEATHERS = {
    "clear": ("on a clear day", "in clear weather"),
    "rain": (
        "in the rain",
        "while it rains",
        "on a rainy day",
        "in rainy weather",
        "it is raining",
    ),
    "snow": ("in the snow", "while it snows", "in winter", "in falling snow", "it is snowing"),
    "storm": ("in a storm", "in a thunderstorm", "during a storm", "with lightning", "stormy"),
    "fog": ("in the fog", "on a foggy day", "in the mist", "in foggy weather", "foggy"),
}
STYLE_OPENINGS = {
    "book": ("a picture of", "a drawing of", "an illustration of", "a painting of", "a photo of"),
    "pencil": ("a pencil drawing of", "a pencil sketch of", "a colored pencil drawing of"),
    "glow": ("a neon picture of", "a glowing drawing of", "a neon sign of", "neon lights showing"),
    "papercut": ("a paper cut of", "a paper cutout of", "a papercut of", "paper art of"),
}
STYLE_ENDINGS = {
    "book": ("storybook illustration", "in a picture book", "picture book style", "storybook"),
    "pencil": ("in pencil", "pencil drawing", "drawn with pencils", "pencil style", "sketch"),
    "glow": ("in neon", "neon", "glowing in the dark", "neon style", "made of light", "glowing"),
    "papercut": ("paper cut", "made of paper", "cut out of paper", "papercut", "paper cut style"),
}
TAG_STYLES = {"book": "storybook", "pencil": "pencil", "glow": "neon", "papercut": "papercut"}
OPENINGS = (
    *STYLE_OPENINGS["book"],
    "a scene with",
    "this is",
    "there is",
    "i see",
    "draw",
    "show me",
)
ENDINGS = ("cute", "for children", "with bright colors")


def plural(name: str) -> str:
    """The name of several: "mice" for "mouse"."""
    *before, last = name.split()
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith("man"):
        last = last[:-3] + "men"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    elif last.endswith(("s", "x", "ch", "sh")):
        last += "es"
    else:
        last += "s"
    return " ".join((*before, last))
