/**
 * Keeps onnxruntime from telling its maker about its use, which its builds do from 1.30 on unless this variable is set when they
 * are loaded. What ominus computes is private. Imported before onnxruntime-node.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
