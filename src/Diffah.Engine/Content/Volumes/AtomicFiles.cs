using Microsoft.Win32.SafeHandles;

namespace Diffah.Engine.Content.Volumes;

/// <summary>Makes files that belong together appear together, or not at all.</summary>
internal static class AtomicFiles
{
    /// <summary>
    /// Gives all files their names, and takes others away. Where one can't be named, all is as it was. The first
    /// appears last, so that whoever sees it sees all.
    /// </summary>
    /// <param name="files">The files, finished.</param>
    /// <param name="stale">Absolute paths of the files that are replaced, or go.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, where another process created one
    /// meanwhile.</exception>
    public static void Commit(IReadOnlyList<AtomicFile> files, IEnumerable<string> stale)
    {
        var aside = new List<Aside>();
        var named = new List<string>();
        try
        {
            foreach (var path in stale)
            {
                if (File.Exists(path))
                    aside.Add(Aside.Put(path));
            }
            foreach (var file in files.Reverse())
            {
                file.Commit();
                named.Add(file.FinalPath);
            }
        }
        catch
        {
            foreach (var path in named)
                File.Delete(path);
            foreach (var old in aside)
                old.Restore();
            throw;
        }
        foreach (var old in aside)
            old.Remove();
    }

    // Held, so that no other run takes it for what a killed one left.
    private sealed record Aside(string Path, string Kept, SafeFileHandle Held)
    {
        public static Aside Put(string path)
        {
            var held = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                var kept = RunNames.NewFileBeside(path);
                File.Move(path, kept);
                return new Aside(path, kept, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }

        public void Restore()
        {
            File.Move(Kept, Path);
            Held.Dispose();
        }

        public void Remove()
        {
            File.Delete(Kept);
            Held.Dispose();
        }
    }
}
