"""How people really type: without capitals, without full stops, with a please here and there."""

import re

ASIDES = ["please", "then", "again", "exactly", "now", "on my computer", "on my machine", "quickly", "here", "actually", "at all", "today",
          "for me", "right now", "normally", "really", "in general", "anyway", "usually", "if possible"]
LEADS = ["Can you tell me", "Do you know", "Could you tell me", "I wonder", "Tell me", "I would like to know", "Please tell me", "Maybe you know",
         "I forgot", "I do not understand", "Could you explain", "So", "And", "But", "Well", "Also", "One more thing:", "Now", "I'd like to ask",
         "Thanks.", "Thank you.", "Ok,", "Great!", "Hi,"]


def lower_first(text):
    """Lower the first letter unless the first word is 'I' or looks like a name in capitals."""
    first = text.split(" ", 1)[0]
    return text if first in ("I", "I'm", "I've") or first.isupper() else text[:1].lower() + text[1:]


def roughen(rng, text, keep=""):
    """The same request, sometimes typed carelessly. ``keep`` is a part whose case must survive."""
    roll = rng.random()
    if roll < 0.30:
        text = text.lower().replace(keep.lower(), keep) if keep else text.lower()
    elif roll < 0.36:
        text = lower_first(text)
    if rng.random() < 0.35:
        text = re.sub(r"[.?!]$", "", text)
    elif rng.random() < 0.04:
        text = re.sub(r"[.?]$", "!", text)
    if rng.random() < 0.04:
        text = rng.choice(("please ", "hey, ", "hi, ", "ok, ", "so ", "cria, ", "hello, ")) + lower_first(text)
    return text


def typo(rng, text):
    """One longer word with a letter lost or two letters swapped."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    i = rng.choice(long)
    word, at = words[i], rng.randrange(1, len(words[i]) - 2)
    words[i] = word[:at] + (word[at + 1:] if rng.random() < 0.5 else word[at + 1] + word[at] + word[at + 2:])
    return " ".join(words)


def chatter(rng, text):
    """A question with words around it that mean nothing, or with a slip of the finger."""
    roll = rng.random()
    if roll < 0.09:
        end = text[-1] if text[-1] in ".?!" else ""
        text = f"{text.removesuffix(end)} {rng.choice(ASIDES)}{end}"
    elif roll < 0.16:
        text = f"{rng.choice(LEADS)} {lower_first(text)}"
    elif roll < 0.19:
        text = typo(rng, text)
    return text
