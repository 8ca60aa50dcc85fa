import Foundation

/// The reason for a system error, in words that fit after a file path and a colon.
///
/// Foundation's own texts name its error domains and numbers, or say that an operation could not be completed. Some
/// name the file a second time.
package enum SystemReason {
  /// Returns the reason for an error of the system, of Foundation or of this project.
  package static func text(of error: any Error) -> String {
    if let number = number(of: error) { return text(ofError: number) }
    // This project's errors describe themselves; Foundation's describe their origin.
    if !isOfFoundation(error) { return "\(error)".onOneLine() }
    return (error as? CocoaError).flatMap(text(ofCocoa:)) ?? "the system gave no reason"
  }

  /// Returns one line about a Foundation error, with its file; nil for other errors, which describe themselves.
  package static func sentence(of error: any Error) -> String? {
    guard isOfFoundation(error) else { return nil }
    let details = (error as NSError).userInfo
    let file = details[NSFilePathErrorKey] as? String ?? (details[NSURLErrorKey] as? URL)?.path
    return ((file.map { $0 + ": " } ?? "") + text(of: error)).onOneLine()
  }

  private static func isOfFoundation(_ error: any Error) -> Bool {
    error is CocoaError || error is POSIXError || type(of: error) == NSError.self
  }

  /// Returns the reason for a system error number (`errno`).
  package static func text(ofError number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or folder"
    case EACCES, EPERM: "there is no permission for it"
    case EISDIR: "it is a folder, expected a file"
    case ENOTDIR: "a part of its path is no folder"
    case EEXIST: "there is something of this name already"
    case ENOSPC, EDQUOT: "no space is left on the disk"
    case EFBIG: "the file would be larger than the system allows"
    case EROFS: "the disk can only be read"
    case EPIPE: "the program that reads it has ended"
    case EBADF: "it is closed"
    case ENAMETOOLONG: "its name is too long"
    case ELOOP: "its links lead in a circle"
    case EMFILE, ENFILE: "too many files are open"
    case EIO: "the disk or device reports an error"
    default: String(cString: strerror(number)).lowercasedFirst
    }
  }

  /// Returns the system's error number, however deep Foundation has wrapped it.
  private static func number(of error: any Error) -> Int32? {
    if let error = error as? POSIXError { return error.code.rawValue }
    guard isOfFoundation(error) else { return nil }
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return Int32(exactly: error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? any Error).flatMap(number(of:))
  }

  private static func text(ofCocoa error: CocoaError) -> String? {
    switch error.code {
    case .fileNoSuchFile, .fileReadNoSuchFile: text(ofError: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: text(ofError: EACCES)
    case .fileWriteFileExists: text(ofError: EEXIST)
    case .fileWriteOutOfSpace: text(ofError: ENOSPC)
    case .fileWriteVolumeReadOnly: text(ofError: EROFS)
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: "its name is no name for a file"
    case .fileReadTooLarge: "it is too large"
    case .fileReadCorruptFile: "it is damaged"
    default: nil
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
