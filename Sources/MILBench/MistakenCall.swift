import ArgumentParser

/// A mistake in the call that only what is registered or at hand tells: a model, a protocol or folds of no such name.
struct MistakenCall: ErrorWithExitCode, CustomStringConvertible {
  let description: String
  var exitCode: ExitCode { .validationFailure }

  /// Calls `body`, whose errors are mistakes in the call.
  static func `catch`<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw MistakenCall(description: "\(error)")
    }
  }
}
