import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import Subprocesses

/// The checks of `milbench doctor` on folders, disks, experiments and data sets.
struct PlaceChecks {
  /// The folder of the user's own runs; it need not exist.
  let results: URL
  /// The folder of experiment files.
  let experiments: URL

  var all: [HealthCheck] {
    let temporary = FileManager.default.temporaryDirectory
    return [
      Self.folder("runs", results, advice: "--output names another folder"),
      Self.temporaryFiles(in: temporary),
      experimentFiles,
    ] + Self.data(environment: ProcessInfo.processInfo.environment)
  }

  /// Checks the folder of temporary files, and removes from it what killed commands left.
  static func temporaryFiles(in folder: URL) -> HealthCheck {
    let removed = TemporaryFolder.removeAbandoned(in: folder)
    let check = Self.folder("temporary files", folder, advice: "TMPDIR names another folder")
    guard removed > 0 else { return check }
    let text = removed == 1 ? "a folder of a killed command was" : "\(removed) folders of killed commands were"
    return HealthCheck(check.title, "\(check.finding); \(text) removed", check.state, advice: check.advice)
  }

  /// Checks whether a folder is writable, and the space on its disk.
  static func folder(_ title: String, _ folder: URL, advice: String) -> HealthCheck {
    do {
      try ResultFiles.checkFolder(folder)
    } catch {
      return HealthCheck(title, "\(error)", .problem, advice: advice)
    }
    let isThere = FileManager.default.fileExists(atPath: folder.path)
    let place = folder.pathFromHere + (isThere ? " can be written" : " can be made")
    guard let space = space(at: folder) else { return HealthCheck(title, place) }
    let state: HealthCheck.State = space < 0x1p27 ? .problem : space < 0x1p30 ? .warning : .ok
    return HealthCheck(
      title, "\(place), \(space.gibibytes) free", state, advice: state == .ok ? nil : "make space, or \(advice)")
  }

  /// Returns the free bytes on the disk of a folder, or of its nearest existing parent.
  private static func space(at folder: URL) -> Double? {
    var nearest = folder.standardizedFileURL
    while !FileManager.default.fileExists(atPath: nearest.path), nearest.path != "/" {
      nearest = nearest.deletingLastPathComponent()
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: nearest.path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue
  }

  private var experimentFiles: HealthCheck {
    let (title, place) = ("experiments", experiments.pathFromHere)
    guard let names = try? Experiment.list(in: experiments), !names.isEmpty else {
      return HealthCheck(
        title, "none in \(place); 'evaluate' and 'compare' need none",
        advice: "'run' and 'report' work in the folder of the repository, or with --experiments")
    }
    return HealthCheck(title, "\(names.count) in \(place)")
  }

  /// Checks the search folders of data files, and the available sets of the catalogue.
  static func data(environment: [String: String]) -> [HealthCheck] {
    let own = UserDataFolder(environment: environment).datasets
    let named = (environment["MILBENCH_DATA"] ?? "").split(separator: ":").map(String.init)
    let missing = named.filter { path in
      var isFolder: ObjCBool = false
      return !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue
    }
    let folders =
      named.isEmpty
      ? HealthCheck("MILBENCH_DATA", "not set; 'milbench data get' keeps files in \(own.path)")
      : missing.isEmpty
        ? HealthCheck("MILBENCH_DATA", named.joined(separator: ", "))
        : HealthCheck(
          "MILBENCH_DATA", "there is no folder \(missing.joined(separator: " and no folder "))", .problem,
          advice: "set it to folders that are there, separated by colons, or unset it")
    return [folders, datasets]
  }

  private static var datasets: HealthCheck {
    let title = "data sets"
    do {
      let store = try DatasetStore.ofEnvironment()
      let known = store.catalogue.sets.filter { !$0.isImported }
      let here = known.filter { store.isAvailable($0) }.map(\.name)
      let imported = store.catalogue.sets.count - known.count
      let shown = here.prefix(8).joined(separator: ", ") + (here.count > 8 ? " and \(here.count - 8) others" : "")
      return HealthCheck(
        title,
        "\(here.count) of the \(known.count) in the catalogue are here (\(shown))"
          + (imported > 0 ? ", and \(imported) of your own" : ""), here.isEmpty ? .problem : .ok,
        advice: here.count == known.count
          ? nil : "'milbench data get' fetches what it can, and tells where to get the others by hand")
    } catch {
      return HealthCheck(title, "\(error)", .problem, advice: "mend or remove the file that is named")
    }
  }
}
