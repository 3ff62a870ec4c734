import { vectorsCommand } from '../../hpa/vectors-command.ts';
import type { Command, ExitCode } from '../command.ts';

export const vectors: Command = {
  summary: 'says whether this autoscaler decides as the Horizontal Pod Autoscaler did',
  synopsis: 'FILE...',
  notes:
    'Each line of a file is a recorded case. Prints the first cases that differ and `agree A, differ D`. Exit code: 1 if a case differs for\nanother reason than that the original forgets parts of its history, 2 if a file cannot be read.',
  flags: {},
  takesWords: true,
  run: ({ words }, io) => vectorsCommand(words, io) as ExitCode,
};
