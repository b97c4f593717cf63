"""Word lists shared by the skills."""


def _words(text):
    return [word.strip().replace("_", " ") for word in text.split()]


ANIMALS = _words("""
llama alpaca cat dog fox rabbit mouse bear owl frog duck hen pig cow horse pony donkey sheep goat lamb
hedgehog squirrel deer wolf tiger lion elephant giraffe monkey zebra camel kangaroo koala panda penguin seal
whale dolphin shark crab turtle snail ant bee butterfly spider ladybird beetle worm bird robin sparrow crow
swan goose parrot pigeon eagle hamster kitten puppy chick calf foal badger mole toad lizard snake crocodile
hippo rhino sloth bat octopus starfish goldfish peacock ostrich flamingo moose reindeer raccoon guinea_pig
cricket firefly moth caterpillar dragonfly seahorse jellyfish lobster shrimp salmon trout gecko chameleon
leopard cheetah buffalo ox bull ram mule stork heron woodpecker turkey rooster duckling gosling piglet
""")

PEOPLE = {
    "girl": "she", "boy": "he", "farmer": "he", "king": "he", "queen": "she", "princess": "she", "prince": "he",
    "pirate": "he", "knight": "he", "baker": "she", "fisherman": "he", "sailor": "he", "gardener": "she",
    "teacher": "she", "doctor": "she", "cook": "he", "painter": "she", "grandmother": "she", "grandfather": "he",
    "witch": "she", "shepherd": "he", "carpenter": "he", "child": "he", "singer": "she", "dancer": "she",
    "astronaut": "she", "clown": "he", "postman": "he", "woodcutter": "he", "explorer": "she", "inventor": "she",
    "musician": "he", "scientist": "she", "miner": "he", "tailor": "he", "detective": "she", "cowboy": "he",
    "captain": "he", "firefighter": "she", "nurse": "she", "pilot": "she", "poet": "he", "thief": "he",
    "magician": "he", "soldier": "he", "student": "she", "boatman": "he", "clockmaker": "he",
}

CREATURES = _words("""
dragon unicorn robot ghost giant elf dwarf fairy mermaid troll monster snowman scarecrow goblin phoenix alien
dinosaur griffin gnome yeti
""")

OBJECTS = _words("""
balloon teapot boat cloud star tree flower kite lamp clock train car bus tractor rocket spoon cup chair table
pencil book shoe sock hat umbrella button candle bell drum guitar leaf seed acorn pebble stone raindrop
snowflake pumpkin apple pear carrot potato cookie pancake cake pillow blanket doll teddy_bear toy_soldier
mirror key door house windmill bridge tower bucket broom kettle bicycle truck plane ship submarine computer
mushroom cactus sunflower rose tulip lantern marble puppet violin piano trumpet wheel wagon feather mitten
""")

DEFINITE = _words("the_moon the_sun the_wind the_sea the_rain the_snow the_river the_mountain the_rainbow the_night")

THEMES = _words("""
friendship kindness courage sharing honesty patience hope love bravery happiness peace trust family
helping_others being_different growing_up winter summer spring autumn Christmas music adventure magic dreams
""")

ADJECTIVES = _words("""
little small tiny big tall young old brave shy clever lazy hungry sleepy lonely happy sad kind funny grumpy
curious quiet noisy fast slow red blue green yellow white black brown golden silver pink purple grey fluffy
round lost wise silly gentle proud lucky magic friendly clumsy cheerful stubborn polite forgetful nervous
strong thin fat spotted striped wild cold wet dusty shiny rusty baby blind deaf tired greedy angry
""")

NAMES = {
    "she": _words("""
Mia Lila Anna Emma Nora Zoe Lucy Ruby Ella Rosa Clara Maya Ida Nina Sara Luna Pia Greta Olive Daisy Tilly
Hanna Lena Molly Poppy Amy Bella Cora Dora Eva Flora Gina Holly Iris Julia Kira Lotte Mila Nelly Paula
Rita Stella Tara Una Vera Wanda Yara Alice Lily Grace Sophie Marta Heidi
"""),
    "he": _words("""
Tom Ben Max Leo Sam Finn Noah Oscar Paul Hugo Emil Jack Theo Otto Felix Milo Pablo Rico Bruno Carl Dino
Eddie Fred George Henry Ivan Jonas Karl Louis Marco Nico Olaf Peter Quinn Ralph Simon Tim Victor Walter
Anton Billy Charlie David Elias Frank Gus Harry Ian Jim Kofi Liam Adam Bob
"""),
    "it": _words("""
Pip Dot Bim Momo Kiki Bobo Nib Tumble Fizz Pebbles Sparky Dusty Coco Pixel Biscuit Mango Pepper Muffin
Nutmeg Sunny Rusty Bubbles Cosmo Ziggy Twig Pom Lumi Chip Waffle Toffee Tango Bingo Domino Jojo Lulu
"""),
}

PLACES = {
    "in": _words("""
the_forest the_green_valley a_small_village the_mountains a_quiet_town the_desert a_big_city the_jungle
a_warm_barn a_castle the_garden a_windy_harbour the_woods a_sunny_meadow a_snowy_land the_old_mill
a_deep_cave the_park a_cottage the_high_hills a_forest an_old_castle the_city the_village the_garden
"""),
    "by": _words("""
the_sea a_blue_lake a_wide_river the_lighthouse a_little_pond the_beach an_old_bridge a_waterfall
a_railway_station the_harbour the_windmill
"""),
    "on": _words("""
a_small_island a_green_hill a_farm a_tall_mountain a_ship the_moon a_far_planet an_island a_cloud
"""),
}

THINGS = _words("""
red_kite golden_key silver_bell blue_hat warm_scarf little_drum magic_lamp wooden_boat old_map shiny_stone
yellow_umbrella music_box green_ball toy_train small_lantern woollen_blanket paper_plane red_balloon
lucky_button clay_pot wooden_flute glass_marble soft_pillow striped_sock picture_book tin_whistle
""")

COLOURS = _words("red blue green yellow white black brown orange pink purple grey golden silver")

FOODS = _words("""
soup bread honey apple_pie berries porridge pancakes cheese carrots nuts pumpkin_soup jam cookies noodles rice
tomatoes pears plums cherries grapes salad butter beans corn mushrooms pizza tea milk lemonade
""")

NOUNS = _words("""
house river window garden mountain paper table road school summer winter morning evening light water fire
music letter bottle basket kitchen market station bridge forest island ocean pocket ticket village castle
hammer ladder engine planet candle blanket mirror carpet orange lemon banana tiger kettle button pencil
bucket cloud storm thunder shadow corner circle square number story song dance dream friend brother sister
mother father teacher baker doctor farmer pilot captain coffee sugar salt pepper onion garlic pasta sofa
chair lamp clock phone screen keyboard camera guitar piano violin drum trumpet ball bat glove coat scarf
sled violet compass nest attic tent wave sand
shell coin bag box cup plate fork knife spoon bowl rope stone wood glass iron steel silk wool cotton thing
""")

HELD_OUT_NOUNS = _words("otter beaver pelican walrus wizard lighthouse weasel hawk canoe")  # never the hero of a story

VERBS = _words("""
runs sleeps jumps sings dances eats drinks reads writes swims flies walks climbs laughs smiles waits works
plays cooks paints builds grows shines falls turns moves opens closes starts stops looks listens whispers
""")

ADVERBS = _words("""
slowly quickly quietly loudly softly gently today tomorrow always never again often here there outside inside
""")

MODELS = _words("""
gemma3 llama3.2 qwen3 mistral phi4 deepseek-r1 cria llama3.1:8b gemma3:4b qwen3:0.6b codellama smollm2 tinyllama
granite3.3 gpt-oss:20b olmo2 llava mixtral nomic-embed-text my-model pirate mario qwen2.5-coder:7b gemma2 llama3
phi3 command-r falcon3 starcoder2 qwen3:8b test helper mybot
""")

_ONSETS = "b d f g k l m n p r s t v z br dr gr tr pl fl gl sn st sk sh ch".split()
_VOWELS = "a e i o u oo ee a o i".split()
_ENDS = ["", "", "", "n", "m", "l", "r", "p", "x", "nk", "sh", "t"]


def made_up(rng):
    """An invented word of two or three syllables; it teaches the model to copy what it has never seen."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 2)))) + (
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_ENDS))
