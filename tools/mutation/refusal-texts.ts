// A plugin of Stryker (`npm run test:mutation`) that leaves the sentences of refusals as they are: tests look at which
// rule refused, or at the name of the error, and a sentence that is missing is no broken rule.

/** What the plugin looks at of a node of Babel's syntax tree. */
interface SyntaxNode {
  readonly type: string;
  readonly name?: string;
  readonly callee?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
}

interface SyntaxPath {
  readonly node: SyntaxNode;
  readonly parent?: SyntaxNode;
}

/** Their last argument is the sentence. */
const refusing = new Set(['refused', 'malformed', 'ProtocolError']);
const texts = new Set(['StringLiteral', 'TemplateLiteral']);

function shouldIgnore({ node, parent }: SyntaxPath): string | undefined {
  const isSentence =
    texts.has(node.type) && refusing.has(parent?.callee?.name ?? '') && parent?.arguments?.at(-1) === node;
  return isSentence ? 'The sentence of a refusal.' : undefined;
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'refusal-texts', value: { shouldIgnore } }];
