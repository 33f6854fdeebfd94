"""Chat templates and pieces of them as transformers renders them.

    python make_templates.py       # writes templates.json beside this file

The day is fixed; special tokens are those of TOKENS. A template that transformers refuses has null.
"""
import datetime, json, os, warnings
os.environ["TZ"] = "UTC"
import jinja2, transformers
from transformers.utils import chat_template_utils as utils
warnings.simplefilter("ignore")

DAY = datetime.datetime(2026, 12, 1)
class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return DAY
utils.datetime = Fixed
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
MESSAGES = ["hi", "  two\nlines 'a' \"b\" \\ é 🙂  ", ""]

LLAMA_32 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not tools_in_user_message is defined %}
    {%- set tools_in_user_message = true %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- This block extracts the system message, so we can slot it into the right place. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{#- System message #}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{%- if tools is not none and not tools_in_user_message %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("This model only supports single tool-calls at once!") }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
QWEN_25 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
QWEN_3 = """{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""
MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("After the optional system message, conversation roles must alternate user/assistant/user/assistant/...") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, with the exception of an initial optional system message!") }}
    {%- endif %}
{%- endfor %}
"""
MISTRAL_SMALL = """{%- set today = strftime_now("%Y-%m-%d") %}
{%- set default_system_message = "You are Mistral.\\nThe current date is " + today + ".\\n" %}
{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}
    {%- if messages[0]['content'] is string %}{%- set system_message = messages[0]['content'] %}{%- else %}{%- set system_message = messages[0]['content'][0]['text'] %}{%- endif %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set system_message = default_system_message %}
    {%- set loop_messages = messages %}
{%- endif %}
{{- '[SYSTEM_PROMPT]' + system_message + '[/SYSTEM_PROMPT]' }}
{%- for message in loop_messages %}
    {%- if message['role'] == 'user' %}
        {%- if message['content'] is string %}
            {{- '[INST]' + message['content'] + '[/INST]' }}
        {%- else %}
            {{- '[INST]' }}{%- for block in message['content'] %}{%- if block['type'] == 'text' %}{{- block['text'] }}{%- endif %}{%- endfor %}{{- '[/INST]' }}
        {%- endif %}
    {%- else %}
        {{- raise_exception('Only user, system and assistant roles are supported!') }}
    {%- endif %}
{%- endfor %}"""
GEMMA = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '
' + message['content'] | trim + '<end_of_turn>
' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model
'}}{% endif %}"""
ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}"""
LLAMA_2 = """{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""
PHI_3 = "{% for message in messages %}{% if message['role'] == 'system' %}{{'<|system|>\n' + message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + '<|end|>\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}"
GRANITE = """{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- else %}{%- set system_message = "Knowledge Cutoff Date: April 2024.\nToday's Date: " + strftime_now('%B %d, %Y') + ".\nYou are Granite." %}{%- endif %}{{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\n' }}{%- for message in messages %}{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + message['content'] + '<|end_of_text|>\n' }}{%- if loop.last and add_generation_prompt %}{{- '<|start_of_role|>assistant' }}{%- if controls %}{{- ' ' + controls | tojson()}}{%- endif %}{{- '<|end_of_role|>' }}{%- endif %}{%- endfor %}"""
MACROS = """{%- macro render_extra_keys(json_dict, handled_keys) -%}
    {%- if json_dict is mapping %}
        {%- for json_key in json_dict if json_key not in handled_keys %}
            {%- if json_dict[json_key] is mapping or (json_dict[json_key] is sequence and json_dict[json_key] is not string) %}
                {{- '\\n<' ~ json_key ~ '>' ~ (json_dict[json_key] | tojson | safe) ~ '</' ~ json_key ~ '>' }}
            {%- else %}
                {{-'\\n<' ~ json_key ~ '>' ~ (json_dict[json_key] | string) ~ '</' ~ json_key ~ '>' }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endmacro -%}
{{ render_extra_keys({'a': 1, 'b': [1, 'x', none], 'c': {'d': 1.5}, 'e': true}, ['a']) }}"""

PIECES = [
    # printing
    "{{ ['a', \"it's\", 1, 1.0, true, none, {'k': ('x',)}, (1, 2), ()] }}", "{{ none }}|{{ true }}|{{ 1.0 }}|{{ 1e20 }}|{{ 1e-5 }}|{{ 0.1 + 0.2 }}|{{ -0.0 }}|{{ x }}|{{ [x] }}",
    "{{ messages }}", "{{ messages[0] }}", "{{ 'a\\x00b\\u00a0c\\u200b' | list }}", "{{ ['\\\\', '\\n', '\"', \"'\", '\"\\''] }}", "{{ messages[0].content ~ 1 ~ none ~ 2.5 }}", "{{ {} }}{{ [] }}", "{{ {1: 'a', none: 2, true: 3} }}",
    # JSON
    "{{ messages | tojson }}", "{{ messages | tojson(indent=2) }}", "{{ {'b': 1, 'a': [1.0, 'é<>&\\'', none, true]} | tojson(sort_keys=true) }}", "{{ {'a': ['é🙂\\x7f']} | tojson(ensure_ascii=true) }}", "{{ {'a': [1, 2]} | tojson(separators=(',', ':')) }}", "{{ {} | tojson(indent=2) }}{{ [] | tojson(indent=0) }}{{ [1, [2]] | tojson(indent=0) }}", "{{ x | tojson }}",
    # texts
    "{{ '  a b  '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}|{{ '\\u00a0\\ufeffa'.strip() | tojson }}|{{ ' a\\x1c'.strip() }}", "{{ 'a,b,,c'.split(',') }}|{{ 'a,b,,c'.split(',', 1) }}|{{ 'a,b,,c'.rsplit(',', 1) }}|{{ 'a,b'.split(',', 0) }}",
    "{{ '  a  b c  '.split() }}|{{ '  a  b c  '.split(none, 1) }}|{{ '  a  b c  '.rsplit(none, 1) }}|{{ '  a  b c  '.split(none, 0) }}|{{ '  a  b c  '.rsplit(none, 0) }}|{{ ''.split() }}|{{ ''.split(',') }}|{{ 'a  b'.split(maxsplit=1) }}",
    "{{ 'hello wORLD it\\'s 3rd'.title() }}|{{ 'hello wORLD it\\'s 3rd' | title }}|{{ 'hELLO'.capitalize() }}|{{ 'hELLO' | capitalize }}|{{ 'Straße'.upper() }}|{{ 'ÀB'.lower() }}", "{{ 'aXbXc'.replace('X', '-') }}|{{ 'aXbXc'.replace('X', '-', 1) }}|{{ 'ab'.replace('', '-') }}|{{ 'aXbXc' | replace('X', '-') }}|{{ 'ab' | replace('', '-', 1) }}",
    "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith(('x', 'c')) }}{{ 'abc'.startswith('b', 1) }}|{{ 'abcb'.find('b') }}{{ 'abcb'.rfind('b') }}{{ 'abc'.find('x') }}{{ 'abcb'.count('b') }}{{ 'a🙂b'.find('b') }}", "{{ ', '.join(['a', 'b']) }}|{{ ['a', 1, none] | join(', ') }}|{{ 'abc' | join('-') }}", "{{ 'a=b=c'.partition('=') }}{{ 'a=b=c'.rpartition('=') }}{{ 'abc'.partition('=') }}", "{{ 'a\\nb\\r\\nc\\n'.splitlines() }}", "{{ 'x'.isdigit() }}{{ '12'.isdigit() }}{{ 'ab'.isalpha() }}{{ 'Ab'.isupper() }}{{ 'AB'.isupper() }}{{ ' '.isspace() }}{{ 'a1'.isalnum() }}",
    "{{ '{} {} {a} {{}}'.format(1, 'x', a=none) }}|{{ '{0}{1}{0}'.format('a', 'b') }}|{{ '%s and %r and %d%%' % ('a', 'b', 3) }}|{{ '%s' % 'x' }}|{{ '%s-%s' | format('a', 'b') }}", "{{ 'prefix-x'.removeprefix('prefix-') }}{{ 'x.txt'.removesuffix('.txt') }}", "{{ 'ab' * 3 }}{{ 3 * 'x' }}{{ [1] * 2 }}{{ [1] + [2] }}{{ (1,) + (2,) }}", "{{ 'a🙂b' | length }}{{ 'a🙂b'[1] }}{{ 'a🙂b'[::-1] }}{{ 'abc'[-1] }}{{ 'abc'[1:] }}{{ 'abcdef'[::2] }}{{ 'abcdef'[4:1:-1] }}{{ 'abc'[:-1] }}{{ 'abc'[10:] }}", "{{ 'abc'[7] is defined }}{{ 'abc' | first }}{{ 'abc' | last }}{{ [] | first is defined }}", "{{ 'ab'.ljust(4) }}|{{ 'ab'.rjust(4, '.') }}", "{{ 'a\\nb\\n\\nc' | indent }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent(width=1, blank=true) }}",
    # numbers
    "{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 7 % -3 }}{{ 7 / 2 }}{{ 4 / 2 }}{{ 2 ** 3 }}{{ 2 ** -1 }}{{ 7.5 // 2 }}{{ 1 - 2 - 3 }}{{ -2 ** 2 }}", "{{ true + 1 }}{{ 1 == 1.0 }}{{ 1 == true }}{{ '1' == 1 }}{{ none == false }}{{ [] == () }}{{ [1, [2]] == [1, [2]] }}{{ {'a': 1} == {'a': 1} }}", "{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 'a' < 'b' }}{{ [1, 2] < [1, 3] }}{{ not 1 == 2 }}{{ 1 in [1, 2] }}{{ 'a' not in 'abc' }}{{ 'k' in {'k': 1} }}{{ [1] in [[1]] }}", "{{ 3.7 | int }}{{ '12' | int }}{{ 'x' | int }}{{ 'x' | int(5) }}{{ '1.5' | float }}{{ 3 | float }}{{ 2.5 | round }}{{ 3.14159 | round(2) }}{{ -3 | abs }}{{ 2.1 | round(method='ceil') }}", "{{ 1_000 }}{{ 0x1f }}{{ 1.5e3 }}", "{{ -1 | abs }}{{ 1 + 2 * 3 ~ 4 }}{{ 1 ~ 2 + 3 }}" , "{{ (1 ~ 2) | int + 3 }}",
    # lists and dicts
    "{{ [3, 1, 2] | sort }}{{ ['b', 'A', 'c'] | sort }}{{ ['b', 'A', 'c'] | sort(case_sensitive=true) }}{{ [1, 2, 3] | sort(reverse=true) }}{{ [{'n': 2}, {'n': 1}] | sort(attribute='n') }}", "{{ [1, 2, 3] | reverse | list }}{{ 'abc' | reverse }}{{ [1, 1, 2] | unique | list }}{{ ['a', 'A'] | unique | list }}{{ [1, 2] | sum }}{{ [[1], [2]] | map('first') | list }}{{ ['a', 'b'] | map('upper') | join }}{{ [1, 2, 3] | max }}{{ ['b', 'a'] | min }}", "{{ [1, 2, 3, 4] | select('even') | list }}{{ [1, 2, 3] | reject('equalto', 2) | list }}{{ [0, 1, ''] | select | list }}{{ messages | map(attribute='role') | list }}{{ [{'a': {'b': 1}}, {}] | map(attribute='a.b', default='x') | list }}", "{{ [{'a': 1}, {'a': 0}, {}] | selectattr('a') | list }}{{ [{'a': 1}, {'a': 2}] | rejectattr('a', 'equalto', 1) | list }}{{ [{'a': 1}, {}] | selectattr('a', 'defined') | list }}", "{{ [1, 2, 3] | batch(2) | list }}", "{{ {'b': 1, 'a': 2} | dictsort }}{{ {'b': 1, 'a': 2} | dictsort(by='value') }}{{ {'a': 1} | items | list }}{{ {'a': 1}.items() | list }}{{ {'a': 1}.keys() | list }}{{ {'a': 1}.values() | list }}{{ {'a': 1}.get('a') }}{{ {'a': 1}.get('b') }}{{ {'a': 1}.get('b', 3) }}", "{{ {'items': 1}.items is callable }}{{ {'items': 1}['items'] }}{{ {'a': 1}.a }}{{ {'a': 1}['b'] is defined }}{{ [1, 2][5] is defined }}{{ [1, 2][-1] }}{{ [1, 2].0 }}", "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}{% for k in {'a': 1} %}{{ k }}{% endfor %}{% for c in 'ab' %}{{ c }}-{% endfor %}", "{{ range(3) | list }}{{ range(1, 7, 2) | list }}{{ range(3, 0, -1) | list }}", "{{ dict(a=1, b=2) }}{{ dict([('a', 1)]) }}{{ dict({'a': 1}, b=2) }}", "{{ [1, 2, 3].index(2) }}{{ [1, 2, 2].count(2) }}",
    # None is a value
    "{{ {'a': none}.a }}{{ {'a': none}['a'] is none }}{{ {'a': none}.get('a', 3) }}{{ [none] | first }}{{ [none, 1][0] is defined }}{{ {'a': none}.a is defined }}{{ {'a': none}['a'] | default('d') }}", "{% for x in [none, 1] %}{{ loop.previtem }}{{ x }}{{ loop.nextitem }};{% endfor %}{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ m(none, none) }}{% set x = none %}{{ x is defined }}{{ dict(a=none).a }}{{ namespace(a=none).a }}", "{{ [{'a': none}, {}] | map(attribute='a', default='x') | list }}{{ [none, 1] | map('default', 'x') | list }}{{ [none] | unique | list }}{{ [none, 0] | select('none') | list }}{{ none in [none] }}{{ {none: 1}[none] }}",
    # statements
    "{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for i in [1, 2, 3] if i != 2 %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.previtem }}{{ loop.nextitem }};{% else %}none{% endfor %}{% for i in [] %}x{% else %}empty{% endfor %}", "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}", "{% set ns = namespace(a=1, b='x') %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}", "{% set a, b = 1, [2] %}{{ a }}{{ b }}{% set c = 1, 2 %}{{ c }}", "{% set x %}a {{ 1 }} b{% endset %}{{ x | upper }}|{% set y | trim %}  z  {% endset %}{{ y }}", "{% macro m(a, b=2) %}[{{ a }},{{ b }},{{ varargs }},{{ kwargs }}]{% endmacro %}{{ m(1) }}{{ m(1, 3, 4, x=5) }}{{ m(b=1, a=0) }}", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}in{% endcall %}{% macro n() %}{{ caller('a') }}{% endmacro %}{% call(x) n() %}{{ x }}!{% endcall %}", "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}", "{% filter upper %}abc{{ 'd' }}{% endfilter %}", "{% generation %}x{% endgeneration %}", "{% raw %}{{ x }}{% endraw %}|{%- raw -%}  {{ y }}  {%- endraw -%}  |", "{{ 'yes' if messages else 'no' }}{{ 'a' if false }}{{ 1 if true else 2 if false else 3 }}", "{% if x is not defined and not y %}a{% elif z %}b{% else %}c{% endif %}", "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{{ loop is defined }}{% for i in [1] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    # white space
    "a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  {{ 'x' }}\n  b\n\n", "a  {%- if true -%}  b  {%- endif -%}  c", "{# c #}\na{#- c -#}\n b", "  {%+ if true %}x{% endif +%}\ny", "\r\na\r\n{% if true %}\r\nb\r{% endif %}\r\nc\r\n", "x {% if true %} y {% endif %} z", "\t{% set a = 1 %}\t\n{{ a }}\n\n", "{%- for i in [1,2] -%}\n {{ i }} \n{%- endfor %}", "{{ 'a' -}}   b   {{- 'c' }}", "a {# one line #} b\n   {# whole #}\nc", "{% if true %}\n\nx{% endif %}", "{{ \"}}\" }}{{ {'a': {'b': 1}}['a']['b'] }}{{ {'a':1} }}", "line1\n{% set x = 'a\nb' %}{{ x }}\n",
    # texts of literals
    "{{ 'a\\d\\e' }}{{ '\\x41\\u0042\\101\\a' | tojson }}{{ 'a' 'b' \"c\" }}{{ '\\U0001F642' }}",
    # tests
    "{{ 1 is number }}{{ 'a' is string }}{{ [] is iterable }}{{ {} is mapping }}{{ 1 is odd }}{{ 4 is divisibleby 2 }}{{ 4 is divisibleby(3) }}{{ none is none }}{{ true is boolean }}{{ 1 is integer }}{{ 1.0 is float }}{{ 'a' is in 'abc' }}{{ 1 is eq 1 }}{{ 1 is ne(2) }}{{ 1 is lt 2 }}{{ 'a' is sameas 'a' }}{{ 'AB' is upper }}{{ x is undefined }}{{ 1 is not none }}{{ true is number }}{{ true is integer }}{{ {} is sequence }}{{ 'a' is sequence }}{{ 1 is sequence }}",
    # tokens and names
    "{{ bos_token }}{{ eos_token }}{{ pad_token }}{{ unk_token }}{{ sep_token is defined }}{{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}", "{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%A %a %B %b %d %-d %j %y %m %Y-%m-%d %H:%M:%S %p %I %%') }}",
    "{{ x | default('d') }}{{ '' | default('d') }}{{ '' | default('d', true) }}{{ none | d('x') }}{{ none | d('x', boolean=true) }}", "{{ '<a&\"b>' | e }}{{ 1 | string + 'x' }}{{ ' x ' | trim }}{{ 'xax' | trim('x') }}{{ [1, 2] | length }}{{ {'a': 1} | count }}{{ 'a b c' | wordcount }}", "{{ messages | length }}{{ messages[-1].role }}{{ messages[0]['missing'] is defined }}{{ messages[0].content.split(' ') | length }}",
    # what transformers refuses
    "{{ raise_exception('no') }}", "{{ x.y }}", "{{ x + 1 }}", "{{ 'a' + 1 }}", "{{ none + 'a' }}", "{{ [1].append(2) }}", "{{ {}.update({}) }}", "{{ range(10**8) }}", "{% for i in range(100001) %}{% endfor %}", "{{ 1 / 0 }}", "{{ 'a' | nofilter }}", "{{ 1 is notest }}", "{{ x() }}", "{% if %}", "{{ 'a' }", "{% for %}", "{{ [1, 2 }}", "{% endif %}", "{{ 'a' < 1 }}", "{{ 1 in 5 }}", "{% set messages.x = 1 %}", "{{ ','.join([1]) }}", "{% for a, b in [1] %}{% endfor %}", "{{ {[]: 1} }}", "{% unknown %}", "{{ 'abc'.foo() }}", "{% break %}", "{{ none.x.y }}", "{{ 'a'.split('') }}",
]
MODELS = {"llama 3.2": LLAMA_32, "qwen 2.5": QWEN_25, "qwen 3": QWEN_3, "mistral": MISTRAL, "mistral small": MISTRAL_SMALL, "gemma": GEMMA, "zephyr": ZEPHYR, "llama 2": LLAMA_2, "phi 3": PHI_3, "granite": GRANITE, "macros": MACROS}


def rendered(template, content):
    try:
        [text], _ = utils.render_jinja_template(conversations=[[{"role": "user", "content": content}]], chat_template=template, add_generation_prompt=True, **TOKENS)
        return text
    except Exception:
        return None


cases = [{"name": name, "template": t} for name, t in MODELS.items()] + [{"name": t[:60], "template": t} for t in PIECES]
for case in cases:
    case["rendered"] = [rendered(case["template"], m) for m in MESSAGES]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates.json")
json.dump({"generator": "test/golden/template/make_templates.py", "versions": {"transformers": transformers.__version__, "jinja2": jinja2.__version__},
           "day": DAY.strftime("%Y-%m-%d"), "tokens": TOKENS, "messages": MESSAGES, "cases": cases}, open(path, "w"), indent=1, ensure_ascii=False)
print(len(cases), "templates;", sum(c["rendered"][0] is None for c in cases), "refused:", [c["name"] for c in cases if c["rendered"][0] is None])
