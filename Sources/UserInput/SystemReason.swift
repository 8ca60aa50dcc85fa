import Foundation

/// Why the system refused something, in words that fit behind the path of a file and a colon.
///
/// Foundation's own texts name its domains and numbers, say that an operation could not be completed, or name the file a
/// second time.
package enum SystemReason {
  /// The reason of an error of any kind: of the system, of Foundation, or of this project.
  public static func text(of error: any Error) -> String {
    if let number = number(of: error) { return text(ofError: number) }
    // An error of ours says what it is; one of Foundation says where it comes from.
    if !isOfFoundation(error) { return "\(error)".onOneLine() }
    return (error as? CocoaError).flatMap(text(ofCocoa:)) ?? "the system gave no reason"
  }

  /// One line about an error of Foundation, with the file that it is about; nil for other errors, which have their own.
  package static func sentence(of error: any Error) -> String? {
    guard isOfFoundation(error) else { return nil }
    let details = (error as NSError).userInfo
    let file = details[NSFilePathErrorKey] as? String ?? (details[NSURLErrorKey] as? URL)?.path
    return ((file.map { $0 + ": " } ?? "") + text(of: error)).onOneLine()
  }

  private static func isOfFoundation(_ error: any Error) -> Bool {
    error is CocoaError || error is POSIXError || type(of: error) == NSError.self
  }

  /// The reason of an error number of the system (`errno`).
  public static func text(ofError number: Int32) -> String {
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

  /// The system's number behind an error, however deep Foundation has wrapped it.
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
