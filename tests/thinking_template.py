"""A chat template of a model that thinks, for scripted models."""

TEMPLATE = """\
{%- for message in messages %}<|im_start|>{{ message.role }}
{% if message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>

{% endif %}{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

PLAIN{% else %}THINKS{% endif %}{% endif %}"""


def thinking_template(thinks, plain=""):
    """``thinks`` and ``plain`` end the prompt, with thinking and without."""
    return TEMPLATE.replace("THINKS", thinks).replace("PLAIN", plain)
