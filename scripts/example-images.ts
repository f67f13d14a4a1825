import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ImageSpec, buildImage, pushImage } from '../test/cluster/images.ts';

/** The three revisions of the example's SUT: the one that is live, a good one, and one that lost the express surcharge. */
export const VERSIONS = { live: '1.0.0', good: '1.1.0', bad: '1.2.0' } as const;

/** Image references as pods name them. */
export type ExampleImages = { live: string; good: string; bad: string; testcar: string };

const folder = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

function service(version: string, bug?: string): ImageSpec {
  const env = { QUOTES_VERSION: version, ...(bug === undefined ? {} : { QUOTES_BUG: bug }) };
  return image('quote-service', version, folder('sut'), '10001', env);
}

function image(
  name: string,
  version: string,
  packageDir: string,
  user: string,
  env: Record<string, string>,
): ImageSpec {
  const program = `/usr/local/bin/${name}`;
  return {
    name: `localhost/${name}:${version}`,
    base: 'busybox',
    goPrograms: { [program]: packageDir },
    entrypoint: [program],
    user,
    env,
  };
}

/** Builds the example's images without Docker and pushes them to `registry`. The same sources give the same digests. */
export async function pushExampleImages(registry: string): Promise<ExampleImages> {
  const push = async (spec: ImageSpec): Promise<string> => {
    const tar = await buildImage(spec);
    // A node that has a tag never asks for it again: after a change of the sources it needs another tag.
    const reference = `${spec.name.replace('localhost', registry)}-${basename(tar, '.tar').slice(0, 8)}`;
    await pushImage(tar, reference);
    return reference;
  };
  return {
    live: await push(service(VERSIONS.live)),
    good: await push(service(VERSIONS.good)),
    bad: await push(service(VERSIONS.bad, 'free-express')),
    testcar: await push(image('quote-testcar', '1.0.0', folder('testcar'), '10002', {})),
  };
}
