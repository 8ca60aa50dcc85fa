import ArgumentParser

/// A mistake in the call that depends on the registry or the data: an unknown model, protocol or fold scheme.
struct MistakenCall: ErrorWithExitCode, CustomStringConvertible {
  let description: String
  var exitCode: ExitCode { .validationFailure }

  /// Calls `body`, and treats its errors as mistakes in the call.
  static func `catch`<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw MistakenCall(description: "\(error)")
    }
  }
}
