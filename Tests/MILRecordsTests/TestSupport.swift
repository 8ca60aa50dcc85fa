import Foundation

/// Returns a file of the fixtures.
func fixture(_ name: String) throws -> URL {
  guard let file = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return file
}

/// Returns the content that standard tools decompress from a file, and whether they report no error.
func unpacked(_ file: URL) throws -> (text: Data, isWhole: Bool) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", file.path]
  let pipe = Pipe()
  (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
  try process.run()
  let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (text, process.terminationStatus == 0)
}
