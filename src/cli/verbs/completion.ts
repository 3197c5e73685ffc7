import { Argument } from 'commander';
import type { Verb } from '../deps.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `completion`: what a shell needs to complete verbs and options, made of the same help. */
export const completion: Verb = (program, deps) => {
  program
    .command('completion')
    .description('print the completion of verbs and options for a shell')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionFor } = await import('../completion.ts');
      deps.stdout.write(completionFor[shell](program));
    });
};

const EXAMPLES = `
Examples:
  source <(firebreak completion bash)                                        # in ~/.bashrc
  firebreak completion zsh > "\${fpath[1]}/_firebreak"                        # then a new shell
  firebreak completion fish > ~/.config/fish/completions/firebreak.fish`;

/** `man`: the manual page, made of the same help. */
export const man: Verb = (program, deps) => {
  program
    .command('man')
    .description('print the manual page of all verbs and options')
    .addHelpText('after', '\nExample:\n  firebreak man > firebreak.1 && man ./firebreak.1')
    .action(async () => {
      const { manPage } = await import('../man-page.ts');
      deps.stdout.write(manPage(program, deps.version));
    });
};
