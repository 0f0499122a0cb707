import { S3Client } from "@aws-sdk/client-s3";

export interface S3Settings {
  /** base URL of a store other than Amazon's */
  endpoint?: string | undefined;
  region: string;
  access_key_id: string;
  secret_access_key: string;
  /** the bucket in the path, not in the host name */
  force_path_style: boolean;
}

const CONNECT_MS = 5000;
/** A connection on which nothing moves for so long is given up, in milliseconds. */
const SILENT_MS = 60_000;

/** A client for Amazon S3 and what speaks like it. */
export function s3Client(settings: S3Settings): S3Client {
  const { endpoint, region, access_key_id, secret_access_key, force_path_style } = settings;
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    region,
    credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
    forcePathStyle: force_path_style,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
    // many stores do not know the checksums that Amazon's has
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
