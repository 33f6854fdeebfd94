/** Entry of the process that renders chat templates: one task in, one answer out. */
import { Template } from '@huggingface/jinja';
import { errorMessage } from '../../core/errors.js';
import { compileTemplate } from '../../core/template/chat-template.js';
import type { Rendered, RenderTask } from './template-process.js';

process.on('SIGINT', () => undefined); // Ctrl-C reaches every process of the terminal's group; the parent decides what it means
process.on('disconnect', () => {
  process.exit(0);
});
process.once('message', (task: RenderTask) => {
  process.send?.(rendered(task));
});

function rendered(task: RenderTask): Rendered {
  try {
    return { prompts: task.asBefore === true ? renderedBefore(task) : renderAll(task) };
  } catch (error) {
    return { prompts: [], problem: errorMessage(error) };
  }
}

function renderAll({ source, tokens, messages, day }: RenderTask): readonly string[] {
  const template = compileTemplate(source);
  return messages.map((content) => template.render({ messages: [{ role: 'user', content }], tokens, day }));
}

/** What version 0.1.0 did, whose prompts are in stores under keys that must hold. */
function renderedBefore({ source, tokens, messages }: RenderTask): readonly string[] {
  const template = new Template(source);
  return messages.map((content) =>
    template.render({
      messages: [{ role: 'user', content }],
      add_generation_prompt: true,
      bos_token: tokens['bos_token'] ?? '',
      eos_token: tokens['eos_token'] ?? '',
    }),
  );
}
