// `matrix redact`: what is left of an event once it is redacted. Room version pages, "Redactions".
import { inputObject, versionedTool } from '#app/cli/matrix/tool';
import { redact as redacted } from '#protocol/matrix/redaction';

export const redact = versionedTool((input, version) =>
  redacted(inputObject(input, 'event', version), version),
);
