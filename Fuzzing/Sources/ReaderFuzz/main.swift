import Foundation

// Reads randomly changed files of every format and fails on a crash, a hang or too much memory:
//
//   swift run -c release ReaderFuzz --format all --count 20000
//   swift run -c release ReaderFuzz --seconds 600
//
// Each chunk of cases runs in a process of its own, so a trap ends that process only. The seed of the failed case is
// printed, and `--format F --first SEED --count 1` runs that case alone.

do {
  let options = try Options(CommandLine.arguments.dropFirst())
  if options.isWorker {
    try Worker(options).run()
  } else {
    exit(try Supervisor(options).run() ? 0 : 1)
  }
} catch {
  FileHandle.standardError.write(Data("ReaderFuzz: \(error)\n".utf8))
  exit(2)
}
