import CSubprocesses
import Foundation

/// The temporary files and folders, and other programs, that must not outlive this program.
///
/// A signal from the keyboard or another process (SIGINT, SIGTERM, SIGHUP, SIGUSR1 and so on) ends a Swift program
/// without running another line of it. This type cleans up first; then the signal ends the program as usual. SIGKILL
/// cannot be handled: on Linux another process then kills the programs, and the next command removes the folders.
package enum Leftovers {
  /// Adds a file or folder to the list of those to remove when a signal ends this program.
  package static func add(_ place: URL) { leftover_add(place.path) }

  /// Removes a file or folder from the list, when it is deleted or should stay.
  package static func forget(_ place: URL) { leftover_forget(place.path) }

  /// Ends all programs that this one started, with their descendants, and removes the files and folders on the list.
  ///
  /// A program calls it before it ends by itself.
  package static func end() { leftover_end() }
}
