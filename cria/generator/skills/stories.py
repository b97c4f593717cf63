"""Tells a short story about what is asked."""

from dataclasses import dataclass

from .. import words
from ..conversation import assistant, user
from ..grammar import article, capital, expand
from ..noise import roughen
from ..plots import PLOTS, PLOTS_WITH_THING

PRONOUNS = {
    "he": {"he": "he", "him": "him", "his": "his"},
    "she": {"he": "she", "him": "her", "his": "her"},
    "it": {"he": "it", "him": "it", "his": "its"},
}

ASKS = [
    "[Tell me|Tell me|Tell me|Write|Write me|Please tell me|Can you tell me|Could you write|I want|I would like|Give me|Make up|"
    "Please write|Can you write|Tell us] a [|||short|little|nice|bedtime|funny|new] story about {s}.",
    "[A|A short|Story:|One] story about {s}, please.",
    "[Story|A story|short story|bedtime story] about {s}",
    "[Do you know|Have you got] a [|short|good] story about {s}?",
    "[Tell me|I want to hear] [something|a tale|a fairy tale] about {s}.",
    "My [daughter|son|little sister] wants [to hear|] a story about {s}.",
    "[Tell|Write] a story [about|with] {s}.",
]
OPEN_ASKS = [
    "[Tell me|Write|Please tell me|Can you tell me|I want to hear|Make up|Write me|Give me] a [|short|nice|bedtime|funny|little] story[.|, please.]",
    "[Do you know|Can you tell] [a|any] [good|nice|short|] story?",
    "[Read me|Tell me] something [nice|before I sleep].",
    "[story|Story time|a story please|story please|once upon a time]",
    "[I am bored, tell me a story|I cannot sleep, tell me a story|Entertain me].",
]
AGAIN_ASKS = [
    "[Another one|One more|Again|Tell me another one|Another story|One more story|Tell me another story][, please.|.| please]",
]
AGAIN_ABOUT_ASKS = [
    "[Now one|And one|Now a story|Another one|Another story|And now one] about {s}[.|, please.]",
]

OPENINGS = {
    "named": [
        "[Once upon a time,|Once upon a time|Long ago,] {a} [named|called] {n} lived {place}.",
        "[Once upon a time there was|There once was|Long ago there was] {a} [named|called] {n}. {He} lived {place}.",
        "{P}, there lived {a}. {His} name was {n}.",
    ],
    "nameless": [
        "[Once upon a time,|Once upon a time|Long ago,] {a} lived {place}.",
        "[Once upon a time there was|There once was|Long ago there was] {a} {place}.",
        "{P}, there [lived|once lived] {a}.",
    ],
    "person": [
        "[Once upon a time,|Once upon a time|Long ago,] {n} lived {place}.",
        "[Once upon a time there was {kind}|There once was {kind}] [named|called] {n}. {He} lived {place}.",
        "{P}, there lived {kind} [named|called] {n}.",
    ],
    "definite": [
        "[Once upon a time,|Long ago,] {n} [looked down on the world|was lonely|had no friends at all].",
        "[Once upon a time,|Long ago, when the world was young,] {n} could speak like you and me.",
    ],
}
THEME_OPENING = "This is a story about {theme}."
THEME_ENDINGS = [
    "[That is why {theme} matters.|And that is what this story about {theme} wants to say.]",
    "[So now you know a little more about {theme}.|Always remember {theme}.]",
]
ENDINGS = ["", "", "The end.", "And if you listen closely, you can still hear them laugh.", "And so they lived happily ever after."]


@dataclass
class Subject:
    """Who or what a story is about. ``ask`` is the phrase the user writes."""

    ask: str
    kind: str = ""  # "little llama"; empty for a bare name
    noun: str = ""  # "llama"
    name: str = ""
    pronoun: str = "it"
    form: str = "named"  # which openings fit
    friend: str = ""
    place: str = ""
    thing: str = ""
    theme: str = ""


def _noun(rng):
    """A noun for a hero and its usual pronoun."""
    roll = rng.random()
    if roll < 0.50:
        return rng.choice(words.ANIMALS), rng.choice(("he", "she", "it"))
    if roll < 0.62:
        return rng.choice(list(words.PEOPLE.items()))
    if roll < 0.72:
        return rng.choice(words.CREATURES), rng.choice(("he", "she", "it"))
    if roll < 0.88:
        return rng.choice(words.OBJECTS), "it"
    if roll < 0.94:
        return rng.choice(words.NOUNS), "it"
    return words.made_up(rng), rng.choice(("he", "it"))



def _name(rng, pronoun):
    if rng.random() < 0.12:
        return capital(words.made_up(rng))
    return rng.choice(words.NAMES[pronoun if rng.random() < 0.7 else "it"])


def _kind(rng, noun):
    roll = rng.random()
    if roll < 0.45:
        return noun
    if roll < 0.92:
        return f"{rng.choice(words.ADJECTIVES)} {noun}"
    return f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.ADJECTIVES)} {noun}"


def _place(rng):
    preposition = rng.choice(("in", "in", "by", "on"))
    return f"{preposition} {rng.choice(words.PLACES[preposition])}"


def _friend(rng, hero_noun):
    while True:
        noun = rng.choice(words.ANIMALS if rng.random() < 0.8 else list(words.PEOPLE))
        if noun not in hero_noun:
            return noun if rng.random() < 0.5 else f"{rng.choice(('old', 'young', 'little', 'friendly', 'wise'))} {noun}"


def _plural(noun):
    if noun.endswith(("sh", "ch", "x", "s")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def _common(rng):
    """A hero with a kind: 'a little llama', perhaps with a name, a place, a friend or a thing asked for."""
    noun, pronoun = ("llama", rng.choice(("he", "she", "it"))) if rng.random() < 0.05 else _noun(rng)
    kind = ("little " + noun) if noun == "llama" and rng.random() < 0.5 else _kind(rng, noun)
    subject = Subject(ask=article(kind), kind=kind, noun=noun, pronoun=pronoun)
    if rng.random() < 0.75:
        subject.name = _name(rng, pronoun)
    else:
        subject.form = "nameless"
    roll = rng.random()
    if roll < 0.30:
        pass
    elif roll < 0.36 and subject.name:
        subject.ask += " " + expand(rng, f"[named|called] {subject.name}")
    elif roll < 0.42:
        subject.place = _place(rng)
        subject.ask += " " + expand(rng, f"[|who lives|] {subject.place}")
    elif roll < 0.76:
        subject.friend = _friend(rng, noun)
        subject.ask += f" and {article(subject.friend)}"
    elif roll < 0.91:
        subject.thing = rng.choice(words.THINGS)
        subject.ask += " " + expand(rng, f"[and|with] {article(subject.thing)}")
    elif " " not in noun:
        subject.ask = _plural(noun)
        subject.kind = noun
    return subject


def _person(rng):
    """A hero known by a first name only."""
    pronoun = rng.choice(("he", "she"))
    name = _name(rng, pronoun) if rng.random() < 0.6 else capital(words.made_up(rng))
    subject = Subject(ask=name, name=name, pronoun=pronoun, form="person")
    roll = rng.random()
    if roll < 0.4:
        subject.friend = _friend(rng, "")
        subject.ask += f" and {article(subject.friend)}"
    elif roll < 0.55:
        subject.thing = rng.choice(words.THINGS)
        subject.ask += f" and {article(subject.thing)}"
    return subject


def _definite(rng):
    name = rng.choice(words.DEFINITE)
    return Subject(ask=name, name=name, form="definite")


def _theme(rng):
    subject = _common(rng)
    subject.ask = subject.theme = rng.choice(words.THEMES)
    subject.friend = subject.thing = ""
    return subject


def any_subject(rng):
    """A random subject of any form."""
    roll = rng.random()
    if roll < 0.76:
        return _common(rng)
    if roll < 0.89:
        return _person(rng)
    return _definite(rng) if roll < 0.94 else _theme(rng)


def _slots(rng, subject):
    """Everything a plot can ask for."""
    pronouns = PRONOUNS[subject.pronoun]
    noun = subject.kind if rng.random() < 0.3 else subject.noun
    the = f"the {noun}" if subject.kind else subject.name
    name = subject.name or the
    friend = subject.friend or _friend(rng, subject.noun)
    the_friend = f"the {friend}"
    place = subject.place or _place(rng)
    food, food2 = rng.sample(words.FOODS, 2)
    slots = {
        "a": article(subject.kind) if subject.kind else name, "n": name, "N": capital(name),
        "the": the, "The": capital(the), "place": place, "P": capital(place),
        "place0": rng.choice(("at school", "in the valley", "in the village", "on the meadow")),
        "kind": {"he": "a boy", "she": "a girl"}.get(subject.pronoun, "someone"),
        "a_friend": article(friend), "A_friend": capital(article(friend)),
        "the_friend": the_friend, "The_friend": capital(the_friend),
        "the_friend0": the_friend, "The_friend0": capital(the_friend),
        "thing": subject.thing or rng.choice(words.THINGS), "food": food, "food2": food2, "theme": subject.theme,
    }
    slots.update(pronouns)
    slots.update({key.capitalize(): capital(value) for key, value in pronouns.items()})
    return slots


def _introduce_friend(beats):
    """Plots that speak of ``the_friend0`` at once get the friend introduced where it first appears."""
    introduced, out = False, []
    for beat in beats:
        if "friend0}" in beat and not introduced:
            introduced = True
            at = min(i for i in (beat.find("{the_friend0}"), beat.find("{The_friend0}")) if i >= 0)
            head, tail = beat[:at], beat[at:]
            beat = head + tail.replace("{the_friend0}", "{a_friend}", 1) if tail.startswith("{the") else (
                head + tail.replace("{The_friend0}", "{A_friend}", 1))
        out.append(beat)
    return out


def tell(rng, subject):
    """A story about the subject, about 60 to 160 words."""
    slots = _slots(rng, subject)
    plot = rng.choice(PLOTS_WITH_THING if subject.thing else PLOTS)
    parts = [rng.choice(OPENINGS[subject.form])] + _introduce_friend(plot)
    if subject.theme:
        parts = [THEME_OPENING] + parts + [rng.choice(THEME_ENDINGS)]
    else:
        parts.append(rng.choice(ENDINGS))
    return " ".join(filter(None, (expand(rng, part, slots) for part in parts)))


def ask_about(rng, subject, asks=ASKS):
    keep = subject.name if rng.random() < 0.7 else ""
    return roughen(rng, expand(rng, rng.choice(asks), {"s": subject.ask}), keep=keep)


def sample(rng):
    """One story, sometimes a second one in the same conversation."""
    roll = rng.random()
    if roll < 0.06:
        messages = [user(roughen(rng, expand(rng, rng.choice(OPEN_ASKS)))), assistant(tell(rng, any_subject(rng)))]
    elif roll < 0.12:
        subject = Subject(ask="a little llama", kind="little llama", noun="llama", pronoun=rng.choice(("he", "she", "it")))
        subject.name = _name(rng, subject.pronoun)
        messages = [user(roughen(rng, "Tell me a story about a little llama.")), assistant(tell(rng, subject))]
    else:
        subject = any_subject(rng)
        messages = [user(ask_about(rng, subject)), assistant(tell(rng, subject))]
    if rng.random() < 0.06:
        subject = any_subject(rng)
        about = rng.random() < 0.6
        ask = ask_about(rng, subject, AGAIN_ABOUT_ASKS) if about else roughen(rng, expand(rng, rng.choice(AGAIN_ASKS)))
        messages += [user(ask), assistant(tell(rng, subject))]
    return messages
