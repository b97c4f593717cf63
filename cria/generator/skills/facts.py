"""Some dozens of plain facts, asked in many ways."""

from ..conversation import assistant, user
from ..grammar import expand
from ..noise import chatter, roughen

CAPITALS = {
    "France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid", "Portugal": "Lisbon",
    "England": "London", "Austria": "Vienna", "Switzerland": "Bern", "Poland": "Warsaw", "Greece": "Athens",
    "Sweden": "Stockholm", "Norway": "Oslo", "Denmark": "Copenhagen", "Finland": "Helsinki", "Ireland": "Dublin",
    "the Netherlands": "Amsterdam", "Belgium": "Brussels", "Hungary": "Budapest", "Russia": "Moscow",
    "Turkey": "Ankara", "Egypt": "Cairo", "Japan": "Tokyo", "China": "Beijing", "India": "New Delhi",
    "Peru": "Lima", "Chile": "Santiago", "Brazil": "Brasilia", "Canada": "Ottawa", "Australia": "Canberra",
    "the United States": "Washington", "Kenya": "Nairobi", "Cuba": "Havana",
}
CAPITAL_ASKS = [
    "[What is|What's|Tell me|Do you know|Name|Can you tell me] the capital [city|] of {country}?",
    "[Which|What] [city|town] is the capital of {country}?",
    "The capital of {country} is [what|which city]?",
    "capital of {country}",
    "[What is|Name] {country}'s capital?",
]
LEGS = {
    "spider": 8, "cat": 4, "dog": 4, "ant": 6, "bee": 6, "beetle": 6, "bird": 2, "chicken": 2, "horse": 4, "cow": 4,
    "llama": 4, "snake": 0, "fish": 0, "butterfly": 6, "elephant": 4, "octopus": 8, "human": 2, "duck": 2, "fly": 6,
    "mouse": 4, "crab": 10, "sheep": 4,
}
LEG_ASKS = [
    "How many legs does {a} have?", "How many legs has {a} [got|]?", "[Tell me|Do you know] how many legs {a} has.",
    "[What is|Give me] the number of legs of {a}?", "how many legs on {a}", "{A}: how many legs?",
]
COLOURS = {
    "the sky": ["the sky [on a clear day|]", "blue"], "grass": ["[the|] grass", "green"], "snow": ["[the|] snow", "white"],
    "coal": ["coal", "black"], "a banana": ["[a|a ripe|the] banana", "yellow"], "a tomato": ["[a|a ripe] tomato", "red"],
    "blood": ["[human|] blood", "red"], "a lemon": ["a lemon", "yellow"], "milk": ["milk", "white"],
    "a carrot": ["a carrot", "orange"], "the sun": ["the sun", "yellow"], "the sea": ["the [sea|ocean]", "blue"],
    "chocolate": ["chocolate", "brown"], "a frog": ["a frog", "green"], "a flamingo": ["a flamingo", "pink"],
    "a raven": ["a raven", "black"], "a polar bear": ["a polar bear", "white"], "an elephant": ["an elephant", "grey"],
    "a leaf": ["a leaf [in summer|]", "green"], "a cucumber": ["a cucumber", "green"],
}
COLOUR_ASKS = [
    "[What|Which] [colour|color|colour|color] is {x}?", "[What is|Tell me|What's] the [colour|color] of {x}?",
    "[Do you know|Can you tell me] [what|which] [colour|color] {x} is?", "{x} is [what|which] [colour|color]?",
]
SOUNDS = {
    "dog": "woof", "cat": "meow", "cow": "moo", "duck": "quack", "sheep": "baa", "pig": "oink", "lion": "roar",
    "bee": "buzz", "llama": "hum", "horse": "neigh", "mouse": "squeak", "frog": "croak", "owl": "hoot", "rooster": "cock-a-doodle-doo",
}
SOUND_ASKS = [
    "[What|Which] [sound|noise] does {a} make?", "What does {a} say?", "How does {a} sound?", "[Tell me|What is] the sound of {a}.",
    "[Make|Do] the [sound|noise] of {a}.",
]
BABIES = {
    "llama": "cria", "alpaca": "cria", "dog": "puppy", "cat": "kitten", "cow": "calf", "sheep": "lamb", "horse": "foal",
    "pig": "piglet", "duck": "duckling", "goose": "gosling", "bear": "cub", "lion": "cub", "frog": "tadpole", "hen": "chick",
    "kangaroo": "joey", "goat": "kid", "deer": "fawn", "swan": "cygnet",
}
BABY_ASKS = [
    "[What is|What do you call|How do you call|What's the name for|What is the word for] a baby {x} [called|]?",
    "[What is|What do you call] the [young|baby|child] of a {x}?", "A baby {x} is called [what|how]?", "a young {x} is called",
    "[What is|Tell me] the name of a [baby|young] {x}?",
]
OPPOSITES = {
    "hot": "cold", "big": "small", "fast": "slow", "day": "night", "up": "down", "left": "right", "black": "white", "old": "new",
    "happy": "sad", "open": "closed", "hard": "soft", "wet": "dry", "light": "dark", "high": "low", "good": "bad", "full": "empty",
    "rich": "poor", "strong": "weak", "early": "late", "long": "short", "loud": "quiet", "true": "false", "first": "last",
}
OPPOSITE_ASKS = [
    "[What is|What's|Tell me|Name|Give me|Do you know] the opposite of {x}?", "[What is|] the opposite of the word {x}?", "opposite of {x}",
    "[Which|What] word is the opposite of {x}?", "What is the contrary of {x}?",
]
SINGLE = [
    ("[How many days|How many days are|What number of days is|How many days are there|How many days does] [in a week|does a week have|are in a week|make a week]?",
     "A week has 7 days."),
    ("[How many months|How many months are there|How many months are] in [a|one|the] year?|How many months does a year have?", "A year has 12 months."),
    ("[How many days|How many days are there|How many days are] in [a|one|the] year?|How many days does a year have?", "A year has 365 days, and a leap year has 366."),
    ("[How many hours|How many hours are there|How many hours are] in [a|one|the] day?|How many hours does a day have?|How long is a day?", "A day has 24 hours."),
    ("[How many minutes|How many minutes are there|How many minutes are] in [an|one|the] hour?|How many minutes does an hour have?", "An hour has 60 minutes."),
    ("[How many seconds|How many seconds are there|How many seconds are] in [a|one|the] minute?|How many seconds does a minute have?", "A minute has 60 seconds."),
    ("[How many letters|How many letters are|How many letters are there] in the [English|] alphabet?|How many letters does the alphabet have?", "The English alphabet has 26 letters."),
    ("[How many continents|How many continents are there|How many continents are] [|on earth|in the world]?|What is the number of continents?", "There are 7 continents."),
    ("[How many planets|How many planets are there|How many planets are] in [the|our] solar system?|How many planets go around the sun?|number of planets", "There are 8 planets in our solar system."),
    ("[How many|What number of] [colours|colors] [does a rainbow have|are in a rainbow|are there in a rainbow]?", "A rainbow has 7 colours."),
    ("[How many sides|How many corners|How many edges] does a triangle have?|How many sides has a triangle?", "A triangle has 3 sides."),
    ("[How many sides|How many corners|How many edges] does a square have?|How many sides has a square?", "A square has 4 sides."),
    ("[How many fingers|Tell me how many fingers] [does a person have|do people have|do you have on two hands|do humans have]?", "People have 10 fingers."),
    ("[What|Which] [day|day of the week] [comes|is] after Monday?|What is the day after Monday?", "Tuesday comes after Monday."),
    ("[What|Which] [day|day of the week] [comes|is] [after|behind] Friday?|What is the day after Friday?", "Saturday comes after Friday."),
    ("[What|Which] [day|day of the week] [comes|is] after Sunday?|What is the day after Sunday?", "Monday comes after Sunday."),
    ("[What|Which] month [comes|is] [after|behind] December?|What is the month after December?|[What|Which] is the first month of the year?", "January is the first month of the year."),
    ("[What|Which] is the last month of the year?|What month comes after November?|Name the last month.", "December is the last month of the year."),
    ("[What are|Name|List|Tell me|Say] the [four|] seasons [of the year|].|[What|Which] seasons are there?", "The four seasons are spring, summer, autumn and winter."),
    ("[What are|Name|List|Tell me|Say] the [seven|] days of the week.|Which days [are there|] in a week?",
     "The days of the week are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday."),
    ("[What|Which] is the [largest|biggest|greatest] planet [in the solar system|]?|Name the [largest|biggest] planet.", "Jupiter is the largest planet in our solar system."),
    ("[What|Which] planet [do we live on|is our home|do people live on|is our own]?|Where do [we|people|humans] live in space?", "We live on the planet Earth."),
    ("[What|Which] planet is [closest|nearest] to the sun?|What is the closest planet to the sun?|Name the planet nearest to the sun.", "Mercury is the planet closest to the sun."),
    ("[What|Which] planet is [called|known as] the red planet?|What is the red planet?", "Mars is called the red planet."),
    ("[What|Which] is the [largest|biggest] animal [on earth|in the world|]?|Name the [largest|biggest] animal [in the world|].", "The blue whale is the largest animal."),
    ("[What|Which] is the [tallest|highest] animal [on earth|in the world|]?|[Which|What] animal is the tallest?|[Which|What] animal has the longest neck?", "The giraffe is the tallest animal."),
    ("[What|Which] is the fastest [land animal|animal on land|animal]?|[Which|What] animal runs the fastest?", "The cheetah is the fastest land animal."),
    ("[What|Which] is the [highest|tallest|biggest] mountain [on earth|in the world|]?|Name the highest mountain.", "Mount Everest is the highest mountain on Earth."),
    ("[What|Which] is the [largest|biggest] ocean [on earth|in the world|]?|Name the [largest|biggest] ocean.", "The Pacific is the largest ocean."),
    ("[What do|Which food do] bees make?|Who makes honey?|[Where|From where] does honey come [from|]?|Which animal makes honey?", "Bees make honey."),
    ("[What do cows give us|Where does milk come from|Which animal gives milk|From what animal do we get milk]?", "Milk comes from cows."),
    ("[What|Which thing] do you get from a hen?|[What do hens lay|Where do eggs come from|Who lays eggs]?", "Hens lay eggs."),
    ("[At what temperature does water boil|When does water boil|What is the boiling point of water|How hot is boiling water]?", "Water boils at 100 degrees Celsius."),
    ("[At what temperature does water freeze|When does water freeze|What is the freezing point of water|When does water turn into ice]?", "Water freezes at 0 degrees Celsius."),
    ("[What is frozen water called|What is ice made of|What is ice|What do you call frozen water]?", "Ice is frozen water."),
    ("[What is water made of|What is H2O|What does H2O mean|What is the formula of water]?", "Water is H2O: two parts hydrogen and one part oxygen."),
    ("[Where does the sun rise|In which direction does the sun rise|Where does the sun come up|Which direction does the sun rise]?", "The sun rises in the east."),
    ("[Where does the sun set|In which direction does the sun set|Where does the sun go down|Which direction does the sun set]?", "The sun sets in the west."),
    ("[What goes around the earth|What circles the earth|Which body goes around the earth]?|What is the moon?", "The moon goes around the Earth."),
    ("[Is the sun a star|Is the sun a planet|What kind of thing is the sun|What is the sun]?", "The sun is a star."),
    ("[What colour do you get when you mix|What color do you get when you mix|Mix|What do you get when you mix|What colour do you get from] [blue and yellow|yellow and blue]?",
     "Blue and yellow make green."),
    ("[What colour do you get when you mix|What color do you get when you mix|Mix|What do you get when you mix|What colour do you get from] [red and yellow|yellow and red]?",
     "Red and yellow make orange."),
    ("[What colour do you get when you mix|What color do you get when you mix|Mix|What do you get when you mix|What colour do you get from] [blue and red|red and blue]?",
     "Red and blue make purple."),
    ("[Where|In which place] do penguins live?|Where can I find penguins?|Where is the home of penguins?", "Most penguins live in the cold south, around Antarctica."),
    ("[What|Which food] do pandas eat?|What is the food of a panda?|What does a panda eat?", "Pandas eat bamboo."),
    ("[What|Which food] do rabbits eat?|What does a rabbit eat?", "Rabbits eat grass, hay and carrots."),
    ("[What|Which food] do llamas eat?|What does a llama eat?|What do I feed a llama?", "Llamas eat grass and hay."),
    ("[Where|In which place|In what country|Where in the world] do llamas [live|come from]?|Where is the home of the llama?|Where are llamas from?", "Llamas live in the Andes, in South America."),
    ("[What is a llama|What are llamas|What kind of animal is a llama|Tell me about llamas|Tell me something about llamas]?", "A llama is a woolly animal from South America. It carries loads and belongs to the camel family."),
    ("[What is an alpaca|What are alpacas|What kind of animal is an alpaca|Tell me about alpacas]?", "An alpaca is a smaller cousin of the llama, with very soft wool."),
    ("[What is a cria|What does cria mean|What does the word cria mean|What are crias]?", "A cria is a baby llama. It is also my name."),
    ("[Can|Are] penguins [fly|able to fly]?|Do penguins fly?", "No, penguins cannot fly, but they swim very well."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in France?", "People in France speak French."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in Germany?", "People in Germany speak German."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in [Spain|Mexico]?", "People there speak Spanish."),
    ("[Which|What] language [do people speak|is spoken|do they speak] in Italy?", "People in Italy speak Italian."),
    ("[How many wheels|Tell me how many wheels] does a [car|normal car] have?|How many wheels has a car?", "A car has 4 wheels."),
    ("[How many wheels|Tell me how many wheels] does a [bicycle|bike] have?|How many wheels has a bicycle?", "A bicycle has 2 wheels."),
    ("[How many wheels|Tell me how many wheels] does a tricycle have?|How many wheels has a tricycle?", "A tricycle has 3 wheels."),
    ("[How many|Tell me how many] eyes does a [person|human|dog|cat] have?|How many eyes [do people have|has a human]?", "Two eyes."),
    ("[How many is|How many are in|What is|How much is] a dozen?|How many things are a dozen?", "A dozen is 12."),
    ("[How many years|How many years are] [in|are in] a century?|How long is a century?", "A century has 100 years."),
    ("[How many years|How many years are] [in|are in] a decade?|How long is a decade?", "A decade has 10 years."),
    ("[How many bits|How many bits are] in a byte?|How many bits does a byte have?", "A byte has 8 bits."),
]
MUSHED = "[|||||Quick question: |I wonder: |Tell me: ]"


def _choices(question):
    """Top-level alternatives of a question template; a bar outside brackets separates them."""
    out, depth, start = [], 0, 0
    for i, letter in enumerate(question):
        depth += (letter == "[") - (letter == "]")
        if letter == "|" and depth == 0:
            out.append(question[start:i])
            start = i + 1
    return out + [question[start:]]


def _with_article(noun):
    return ("an " if noun[0] in "aeio" else "a ") + noun


def _capital(rng):
    country, city = rng.choice(list(CAPITALS.items()))
    return expand(rng, rng.choice(CAPITAL_ASKS), {"country": country}), f"The capital of {country} is {city}."


def _legs(rng):
    animal, count = rng.choice(list(LEGS.items()))
    a = _with_article(animal)
    answer = f"{a[0].upper()}{a[1:]} has {count or 'no'} legs."
    return expand(rng, rng.choice(LEG_ASKS), {"a": a, "A": a.capitalize()}), answer


def _colour(rng):
    thing, (asked, colour) = rng.choice(list(COLOURS.items()))
    question = expand(rng, rng.choice(COLOUR_ASKS), {"x": expand(rng, asked)})
    return question, f"{thing[0].upper()}{thing[1:]} is {colour}."


def _sound(rng):
    animal, sound = rng.choice(list(SOUNDS.items()))
    a = _with_article(animal)
    return expand(rng, rng.choice(SOUND_ASKS), {"a": a}), f"{a[0].upper()}{a[1:]} says {sound}."


def _baby(rng):
    animal, baby = rng.choice(list(BABIES.items()))
    question = expand(rng, rng.choice(BABY_ASKS), {"x": animal}).replace("a alpaca", "an alpaca")
    return question, f"A baby {animal} is called a {baby}."


def _opposite(rng):
    pair = rng.choice(list(OPPOSITES.items()))
    word, other = pair if rng.random() < 0.6 else pair[::-1]
    mark = rng.choice(("", "", '"'))
    return expand(rng, rng.choice(OPPOSITE_ASKS), {"x": mark + word + mark}), f"The opposite of {word} is {other}."


def _single(rng):
    question, answer = rng.choice(SINGLE)
    return expand(rng, rng.choice(_choices(question))), answer


FAMILIES = [(_capital, 5), (_legs, 3), (_colour, 3), (_sound, 2), (_baby, 3), (_opposite, 4), (_single, 13)]


def sample(rng):
    """One or two questions."""
    messages = []
    for _ in range(rng.choice((1, 1, 2))):
        family = rng.choices([f for f, _ in FAMILIES], [w for _, w in FAMILIES])[0]
        question, answer = family(rng)
        question = chatter(rng, question[:1].upper() + question[1:])
        messages += [user(roughen(rng, expand(rng, MUSHED) + " " + question).strip()), assistant(answer)]
    return messages
