import type { CauseSpec } from './cause.ts';
import {
  imageNameInvalid,
  imageNeverPull,
  imageNotFound,
  imagePullFailed,
  imageUnpackFailed,
  imageWrongPlatform,
} from './image-causes.ts';
import { SUT, TESTCAR } from './party.ts';
import {
  imageRateLimited,
  imageRegistryNotResolved,
  imageRegistryTls,
  imageRegistryUnreachable,
  imageUnauthorized,
} from './registry-causes.ts';

/** An image of the system under test that cannot be had. */
export const SUT_PULL_CAUSES = {
  SutImageNotFound: imageNotFound(SUT),
  SutImageNameInvalid: imageNameInvalid(SUT),
  SutImagePullFailed: imagePullFailed(SUT),
  SutImageNeverPull: imageNeverPull(SUT),
  SutImageUnauthorized: imageUnauthorized(SUT),
  SutImageRateLimited: imageRateLimited(SUT),
  SutImageRegistryTls: imageRegistryTls(SUT),
  SutImageRegistryNotResolved: imageRegistryNotResolved(SUT),
  SutImageRegistryUnreachable: imageRegistryUnreachable(SUT),
  SutImageWrongPlatform: imageWrongPlatform(SUT),
  SutImageUnpackFailed: imageUnpackFailed(SUT),
} as const satisfies Record<string, CauseSpec>;

/** An image of testcar, or of the gate's own containers beside it, that cannot be had. */
export const TESTCAR_PULL_CAUSES = {
  TestcarImageNotFound: imageNotFound(TESTCAR),
  TestcarImageNameInvalid: imageNameInvalid(TESTCAR),
  TestcarImagePullFailed: imagePullFailed(TESTCAR),
  TestcarImageNeverPull: imageNeverPull(TESTCAR),
  TestcarImageUnauthorized: imageUnauthorized(TESTCAR),
  TestcarImageRateLimited: imageRateLimited(TESTCAR),
  TestcarImageRegistryTls: imageRegistryTls(TESTCAR),
  TestcarImageRegistryNotResolved: imageRegistryNotResolved(TESTCAR),
  TestcarImageRegistryUnreachable: imageRegistryUnreachable(TESTCAR),
  TestcarImageWrongPlatform: imageWrongPlatform(TESTCAR),
  TestcarImageUnpackFailed: imageUnpackFailed(TESTCAR),
} as const satisfies Record<string, CauseSpec>;
