import Foundation
import MILBench
import Subprocesses
import TestSupport
import Testing

@Suite("Documented commands")
struct DocumentedCommandsTests {
  private static let pages: Result<[DocumentedPage], any Error> = Result { try DocumentedPage.all() }
  private static let withCommands: [DocumentedPage] = ((try? pages.get()) ?? []).filter { page in
    page.blocks.contains { $0.treatment == .run }
  }

  /// Without Python, pages that need it are skipped, unless the environment variable states that it is installed, as in
  /// CI.
  private static let runnable = withCommands.filter { page in
    let environment = ProcessInfo.processInfo.environment
    return !page.needsPython || environment["MILBENCH_TEST_PYTHON"] != nil || Subprocess.find("python3") != nil
  }

  @Test("Every page is read, and the articles among them have commands")
  func everyPage() throws {
    let paths = try Self.pages.get().map(\.path)
    #expect(paths.contains("README.md"))
    for article in [
      "AddAPooling", "BeyondOneMachine", "ExternalModels", "FirstReproduction", "KeepAModel", "OnACluster", "Protocols",
      "ReadingStatistics", "SeveralClassesAndSurvival", "Slides", "YourOwnBags",
    ] {
      let path = "Sources/MILBench/MILBench.docc/\(article).md"
      #expect(Self.withCommands.contains { $0.path == path }, "\(path)")
    }
  }

  @Test("The commands of a page work, one after the other", arguments: runnable)
  func commands(_ page: DocumentedPage) async throws {
    try await Workplace.open { workplace in
      let (status, errors) = try await workplace.run(page.script)
      let begun = try workplace.commands()
      #expect(status == .exited(0), "\(page) stopped at: \(begun.last ?? "its first command")\n\(errors)")
      let blocks = page.blocks.filter { $0.treatment == .run }
      #expect(begun == blocks.flatMap(DocumentedPage.commands), "\(page): a command was left out")
    }
  }

  @Test("No command is shown that is not run")
  func shown() throws {
    let languages = ["sh", "swift", "text", "json", "json5", "csv", "python"]
    for page in try Self.pages.get() {
      for block in page.blocks {
        let place = "\(page):\(block.line)"
        #expect(languages.contains(block.language), "\(place): a block of language \"\(block.language)\"")
        let commands = block.lines.filter {
          $0.contains(/^\s*\$?\s*(\.build\/release\/)?(milbench|make|swift|sbatch|python3?)\s/)
        }
        if block.treatment == .shown {
          #expect(commands.isEmpty, "\(place): \(commands), expected them in a block of sh")
        }
      }
    }
  }

  @Test("What is not run here is run by the named script, or is known here")
  func runElsewhere() throws {
    var scripted: [String] = []
    var elsewhere: [String] = []
    for page in try Self.pages.get() {
      for block in page.blocks {
        let commands = DocumentedPage.commands(of: block)
        if case .runBy(let script) = block.treatment {
          let text = try Self.contents(script)
          for command in commands {
            #expect(text.contains(command), "\(page):\(block.line): \(script) does not run: \(command)")
          }
          scripted += commands
        }
        if block.treatment == .elsewhere { elsewhere += commands }
      }
    }
    #expect(scripted.sorted() == ["make build", "make build", "make reproduce", "make test"])
    #expect(
      elsewhere == [
        "make -C MyPooling compare", "cd TopKMean", "make test", "make compare",
        "bin/bench compare top-k-mean dp-minn --datasets classical --repeats 1",
      ])
  }

  @Test("Code that is shown as part of a file is in that file")
  func excerpts() throws {
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
        !$0.hasPrefix("///") && !$0.isEmpty
      }
    }
    var found = 0
    for page in try Self.pages.get() {
      for block in page.blocks {
        guard case .from(let path) = block.treatment else { continue }
        found += 1
        var rest = lines(try Self.contents(path))[...]
        for line in lines(block.lines.joined(separator: "\n")) {
          let place = rest.firstIndex(of: line)
          #expect(place != nil, "\(page):\(block.line): \(path) has no such line here: \(line)")
          rest = rest[((place ?? rest.startIndex - 1) + 1)...]
        }
      }
    }
    #expect(found == 3)
  }

  /// Returns the text of a file; for a notebook, that of its cells.
  private static func contents(_ path: String) throws -> String {
    let file = DocumentedPage.repository.appending(path: path)
    guard path.hasSuffix(".ipynb") else { return try String(contentsOf: file, encoding: .utf8) }
    struct Notebook: Decodable {
      struct Cell: Decodable { var source: [String] }
      var cells: [Cell]
    }
    let notebook = try JSONDecoder().decode(Notebook.self, from: Data(contentsOf: file))
    return notebook.cells.map { $0.source.joined() }.joined(separator: "\n")
  }

  @Test("The page of models is what the registry gives")
  func models() async throws {
    let committed = "Sources/MILBench/MILBench.docc/Models.md"
    let text = try String(contentsOf: DocumentedPage.repository.appending(path: committed), encoding: .utf8)
    let run = try await Tool.run(["list", "models", "--markdown"], in: DocumentedPage.repository)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output == text, "\(committed) is out of date; write it anew with: make models")
  }
}

/// A folder like the repository's, with the tool on the path and a substitute for Slurm.
private struct Workplace {
  let folder: URL

  static func open(_ body: (Workplace) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "milbench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let workplace = Workplace(folder: folder)
    try workplace.furnish()
    try await body(workplace)
  }

  /// Copies the experiments and links to the finished runs, which are large and only read.
  private func furnish() throws {
    let files = FileManager.default
    let repository = DocumentedPage.repository
    for path in [".build/release", "data", "results"] {
      try files.createDirectory(at: folder.appending(path: path), withIntermediateDirectories: true)
    }
    for path in ["experiments", "results/folds"] {
      try files.copyItem(at: repository.appending(path: path), to: folder.appending(path: path))
    }
    let data = repository.appending(path: "datasets")
    try files.createSymbolicLink(at: folder.appending(path: "datasets"), withDestinationURL: data)
    let results = repository.appending(path: "results")
    for path in try files.subpathsOfDirectory(atPath: results.path) where path.hasSuffix("/reference.jsonl.gz") {
      let place = folder.appending(path: "results/\(path)")
      try files.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try files.createSymbolicLink(at: place, withDestinationURL: results.appending(path: path))
    }
    try write(program: "milbench", "exec '\(try Tool.executable.path)' \"$@\"\n")
    try write(
      program: "sbatch",
      """
      # Runs the tasks of --array=1-N one after the other, or the script of a job that depends on it.
      array=
      while [ $# -gt 0 ]; do
        case $1 in
          --array=*) array=${1#--array=} ;;
          -*) ;;
          *) break ;;
        esac
        shift
      done
      if [ -z "$array" ]; then bash "$1" >/dev/null; fi
      if [ -n "$array" ]; then
        for task in $(seq "${array%-*}" "${array#*-}"); do SLURM_ARRAY_TASK_ID=$task bash "$1" >/dev/null; done
      fi
      echo 1

      """)
    try write(program: "squeue", "echo 'Invalid job id specified' >&2\nexit 1\n")
  }

  private func write(program: String, _ body: String) throws {
    let file = folder.appending(path: ".build/release/\(program)")
    try Data("#!/bin/bash\nset -eu\n\(body)".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// Runs a script with the shipped data only; returns its text on standard error.
  func run(_ script: String) async throws -> (Subprocess.Ending, errors: String) {
    var environment = ProcessInfo.processInfo.environment
    environment["MILBENCH_DATA"] = nil
    environment["SWIFT_BACKTRACE"] = "enable=no"
    environment["XDG_DATA_HOME"] = folder.appending(path: "data").path
    environment["DOCUMENTED_COMMANDS"] = folder.appending(path: "commands").path
    environment["PATH"] = "\(folder.path)/.build/release:\(environment["PATH"] ?? "/usr/bin:/bin")"
    let errors = folder.appending(path: "errors")
    try Data(script.utf8).write(to: folder.appending(path: "script"))
    let process = try Subprocess(
      URL(filePath: "/bin/bash"), ["script"], environment: environment, in: folder,
      output: .file(folder.appending(path: "output")), errors: .file(errors))
    return (await process.waitForEnd(), try String(contentsOf: errors, encoding: .utf8))
  }

  /// Returns the started commands in order.
  func commands() throws -> [String] {
    let file = folder.appending(path: "commands")
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
