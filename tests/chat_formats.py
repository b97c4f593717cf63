"""Chat templates in the manner of well-known models, for scripted models (harness.make_scripted_model).

Each ends the prompt with the special token that the last message of the conversation asks for: a user's "two" chooses
<|two|>, a tool's result <|answer|>, anything else <|go|>.
"""


def entry(names):
    cases = "".join("{%% elif messages[-1].content == '%s' %%}<|%s|>" % (name, name) for name in names)
    return "{% if messages[-1].role == 'tool' %}<|answer|>" + cases + "{% else %}<|go|>{% endif %}"


def hermes(names=()):
    """Qwen and Hermes: <think> blocks, calls as JSON in <tool_call> tags. Without thinking the prompt ends with a line end."""
    return ("""{%- if tools %}<|im_start|>system
# Tools
<tools>{% for tool in tools %}
{{ tool | tojson }}{% endfor %}
</tools>
For each function call, return a json object within <tool_call></tool_call> tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif %}{% for message in messages %}{% if message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>{{ message.role }}
{% if message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>

{% endif %}{{ message.content }}{% if message.tool_calls %}{% for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}{% endif %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and enable_thinking is false %}<think>

</think>

{% else %}""" + entry(names) + "{% endif %}{% endif %}")


def mistral(names=()):
    """Mistral: calls as a JSON list behind [TOOL_CALLS]."""
    return ("{{ bos_token }}{%- for message in messages %}{%- if message.role == 'user' %}{%- if tools and loop.last %}"
            "[AVAILABLE_TOOLS] {{ tools | tojson }}[/AVAILABLE_TOOLS]{%- endif %}[INST] {{ message.content }}[/INST]"
            "{%- elif message.tool_calls %}[TOOL_CALLS] [{%- for call in message.tool_calls %}"
            '{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}'
            "{%- if not loop.last %}, {% endif %}{%- endfor %}]</s>{%- elif message.role == 'tool' %}"
            '[TOOL_RESULTS] {"content": {{ message.content | tojson }}}[/TOOL_RESULTS]{%- else %} {{ message.content }}</s>'
            "{%- endif %}{%- endfor %}{% if add_generation_prompt %}" + entry(names) + "{% endif %}")


def llama3(names=()):
    """Llama 3: a call is a JSON object and nothing else, without any mark."""
    return ("""{{ bos_token }}{%- if tools %}<|start_header_id|>system<|end_header_id|>

Respond with {"name": function name, "parameters": dictionary of argument name and its value}.
{% for t in tools %}{{ t | tojson }}
{% endfor %}<|eot_id|>{% endif %}{% for message in messages %}{% if message.role == 'tool' %}"""
            """<|start_header_id|>ipython<|end_header_id|>

{{ message.content | tojson }}<|eot_id|>{% elif message.tool_calls %}<|start_header_id|>assistant<|end_header_id|>

{"name": "{{ message.tool_calls[0].function.name }}", "parameters": """
            """{{ message.tool_calls[0].function.arguments | tojson }}}<|eot_id|>{% else %}"""
            """<|start_header_id|>{{ message.role }}<|end_header_id|>

{{ message.content }}<|eot_id|>{% endif %}{% endfor %}{% if add_generation_prompt %}"""
            """<|start_header_id|>assistant<|end_header_id|>

""" + entry(names) + "{% endif %}")
