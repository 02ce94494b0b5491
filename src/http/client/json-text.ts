// Answers that are JSON text already, so that nothing is parsed only to be written again.
import { type Reply, replyText } from '#http/reply';

export function replyJsonText(text: string): Reply {
  return replyText(200, 'application/json', text);
}
