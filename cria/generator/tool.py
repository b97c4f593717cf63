"""A tool as the model sees it (one line) and as clients give it (JSON schema)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parameter:
    """``kind`` is a JSON type; ``choices`` are the values of an enumeration."""

    name: str
    kind: str = "string"
    choices: tuple = ()
    required: bool = True

    def text(self):
        note = "|".join(self.choices) or (self.kind if self.kind != "string" else "")
        return f'"{self.name}"' + ("" if self.required else "?") + (f": {note}" if note else "")

    def schema(self):
        return {"type": self.kind, **({"enum": list(self.choices)} if self.choices else {})}


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    parameters: tuple = field(default_factory=tuple)

    def line(self, marks=()):
        """As the chat template writes it: the words that the request shares with it, then names as a call writes them, so that they
        can be copied, and what it does."""
        does = " " + self.description if self.description else ""
        return f'{" ".join(marks) or "-"}: "{self.name}" {{{", ".join(p.text() for p in self.parameters)}}}{does}'

    def schema(self):
        """As /api/chat takes it."""
        return {"type": "function", "function": {
            "name": self.name, "description": self.description,
            "parameters": {"type": "object", "required": [p.name for p in self.parameters if p.required],
                           "properties": {p.name: p.schema() for p in self.parameters}}}}
