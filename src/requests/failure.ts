/** A refusal, a fault or a wrong request, with what doors need to answer it. */
export class RequestError extends Error {
  readonly status: number;
  readonly errcode: string;
  readonly reasons: { code: string; message: string }[];

  constructor(status: number, errcode: string, message: string, reasons: { code: string; message: string }[] = []) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.errcode = errcode;
    this.reasons = reasons;
  }
}
