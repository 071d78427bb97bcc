/** Arrays that worker threads read where they are: posting one posts no copy. As fast as any other. */
export const sharedUint32 = (length: number) => new Uint32Array(new SharedArrayBuffer(4 * length))
export const sharedFloat32 = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length))
export const sharedFloat64 = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length))
