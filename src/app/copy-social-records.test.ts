// Moves a server's records between its store and files of SQLite, as commands do while it does not run.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config/config';
import { type CopyStep, copySocialRecords } from '#app/copy-social-records';
import { openHouse } from '#app/open-house';

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'hearth-copy-'));
});

afterEach(() => rm(data, { recursive: true, force: true }));

const configWith = (social: string) =>
  loadConfig(
    {
      flags: { data, server_name: 'home.test', 'social.records': social, log_level: 'error' },
      environment: {},
    },
    { mayBeElsewhere: true },
  );
const fileAt = (name: string) => `sqlite:${join(data, name)}`;
const kept = () => readFileSync(join(data, 'social-records'), 'utf8').trim();
const open = (social: string) => openHouse(configWith(social), true);

async function addAccount(social: string, name: string): Promise<void> {
  await using house = await open(social);
  await house.administration.addAccount({ name, password: 'a kettle of tea' });
}

async function copy(from: string, to: string, isSwitch: boolean) {
  const silent = { onProgress: () => undefined, signal: new AbortController().signal };
  const { types, switched } = await copySocialRecords(configWith(from), { from, to, isSwitch }, silent);
  return { accounts: types.find(({ type }) => type === 'accounts')?.count, switched };
}

describe('moving the social records of a server', () => {
  it('gives it the copy, at once or later', async () => {
    await addAccount('store:', 'alice');
    const copied = fileAt('copied.db');
    expect(await copy('store:', copied, false)).toEqual({ accounts: 1, switched: false });
    expect(kept()).toBe('store:');
    await expect(copy('store:', copied, false)).rejects.toThrow('must be empty');
    expect(await copy('store:', copied, true)).toEqual({ accounts: 1, switched: true });
    expect(kept()).toBe(copied);
    await addAccount(copied, 'bob');
    // What is no copy any more cannot be returned to.
    await expect(copy(copied, 'store:', true)).rejects.toThrow('The copy differs');
    expect(kept()).toBe(copied);
    expect(await copy(copied, fileAt('second.db'), true)).toEqual({ accounts: 2, switched: true });
  });

  it('is broken off also while both sides are compared, and taken up again', async () => {
    await addAccount('store:', 'alice');
    const [to, breaking] = [fileAt('broken-off.db'), new AbortController()];
    const stopping = {
      onProgress: ({ step }: CopyStep) => {
        if (step === 'compare') breaking.abort(new Error('Broken off'));
      },
      signal: breaking.signal,
    };
    const request = { from: 'store:', to, isSwitch: true };
    await expect(copySocialRecords(configWith('store:'), request, stopping)).rejects.toThrow('Broken off');
    expect(kept()).toBe('store:');
    await expect(open(to)).rejects.toThrow('holds a part of a copy from store:');
    expect(await copy('store:', to, true)).toEqual({ accounts: 1, switched: true });
  });

  it('gives no server what is not its own', async () => {
    await addAccount('store:', 'alice');
    await expect(copy(fileAt('misspelt.db'), fileAt('target.db'), true)).rejects.toThrow(
      `The social records of the server in ${data} are in store:`,
    );
    expect(existsSync(join(data, 'target.db'))).toBe(false);
    expect(kept()).toBe('store:');
  });

  it('makes no source that is not there', async () => {
    await addAccount('store:', 'alice');
    await expect(copy(fileAt('misspelt.db'), fileAt('target.db'), false)).rejects.toThrow('There is no file');
    expect(existsSync(join(data, 'misspelt.db'))).toBe(false);
    expect(existsSync(join(data, 'target.db'))).toBe(false);
  });

  it('begins no server', async () => {
    await expect(copy('store:', fileAt('target.db'), true)).rejects.toThrow("There is no server's data in");
  });
});

describe('a file of social records that is gone', () => {
  it('is not made anew for a server that had it', async () => {
    const file = fileAt('social.db');
    await addAccount(file, 'alice');
    await rm(join(data, 'social.db'));
    await expect(open(file)).rejects.toThrow(`are in ${file}, and there is no such file`);
    expect(existsSync(join(data, 'social.db'))).toBe(false);
  });
});

describe('a data directory that does not know yet where the social records are', () => {
  it('is not given another back end while its store has accounts', async () => {
    await addAccount('store:', 'alice');
    await rm(join(data, 'social-records'));
    await expect(open(fileAt('other.db'))).rejects.toThrow('are in store:, and not in sqlite:');
    expect(existsSync(join(data, 'other.db'))).toBe(false);
    expect(await copy('store:', fileAt('other.db'), true)).toEqual({ accounts: 1, switched: true });
  });

  it('is given any where it has none', async () => {
    await (await open(fileAt('first.db')))[Symbol.asyncDispose]();
    expect(kept()).toBe(fileAt('first.db'));
  });
});
