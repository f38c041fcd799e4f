using Diffah.Engine.Content;
using Diffah.Engine.Deltas;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Engine.Deltas.Codecs.Content.Models;

namespace Diffah.Fuzz.Building;

/// <summary>Makes content patches, and contents of them, in a folder of its own.</summary>
/// <param name="folder">Absolute path of the folder; it is there.</param>
/// <param name="models">How classes are coded in the patches.</param>
internal sealed class PatchBench(string folder, ModelSize models = ModelSize.Compact)
{
    private int _files;

    /// <summary>What the last patch spends on files.</summary>
    public ContentAccount? Account { get; private set; }

    /// <summary>Makes a patch.</summary>
    /// <param name="target">What it makes.</param>
    /// <param name="sources">What it may refer to.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="stop">Stops the work.</param>
    /// <returns>The patch, and the sources that it refers to.</returns>
    public (byte[] Patch, byte[][] Used) Encode(
        byte[] target, byte[][] sources, int workers = 2, CancellationToken stop = default)
    {
        using var work = new WorkDirectory(folder);
        using var map = ContentMap.Read(Write(target), workers, null, stop);
        var maps = sources.Select(s => ContentMap.Read(Write(s), workers, null, stop)).ToArray();
        try
        {
            using var patch = new MemoryStream();
            var made = ContentEncoder.Encode(map, maps, patch, work, models, workers, null, stop);
            Account = made.Account;
            return (patch.ToArray(), [.. made.Used.Select(i => sources[i])]);
        }
        finally
        {
            foreach (var source in maps)
                source.Dispose();
        }
    }

    /// <summary>Makes a content.</summary>
    /// <param name="patch">What makes it.</param>
    /// <param name="sources">What the patch refers to.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="stop">Stops the work.</param>
    public byte[] Decode(
        byte[] patch, byte[][] sources, long length, int workers = 2, CancellationToken stop = default)
    {
        MappedFile[] files = [.. sources.Select(s => new MappedFile(Write(s)))];
        var path = NewPath();
        try
        {
            ContentDecoder.Decode(new PatchInMemory(patch), files, length, path, workers, null, stop);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
            foreach (var file in files)
                file.Dispose();
        }
    }

    private string NewPath() => Path.Combine(folder, $"c{Interlocked.Increment(ref _files)}");

    private string Write(byte[] content)
    {
        var path = NewPath();
        File.WriteAllBytes(path, content);
        return path;
    }
}
