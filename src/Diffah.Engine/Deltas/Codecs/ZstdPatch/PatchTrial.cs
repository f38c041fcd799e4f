using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Layers;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Codecs.ZstdPatch;

/// <summary>
/// Runs single encodes: on a thread of their own, admitted by the memory gate, into files of the work directory.
/// </summary>
/// <param name="codec">How to encode.</param>
/// <param name="work">Where results go.</param>
/// <param name="gate">Admits encodes.</param>
internal sealed class PatchTrial(IPatchFrame codec, WorkDirectory work, MemoryGate gate)
{
    /// <summary>The codec's name.</summary>
    public string CodecName => codec.Name;

    /// <summary>Encodes into a new file; null where the result would not be below the limit.</summary>
    public async Task<SpooledPatch?> EncodeAsync(
        SpooledBlob target, SpooledBlob baseline, long limit, PatchSettings settings, EncodeProgress? progress,
        CancellationToken cancellationToken)
    {
        using var admission = await EnterAsync(target, baseline, settings, progress, cancellationToken);
        var path = work.NewFilePath("patch");
        var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024);
        var size = await RunAsync(() =>
        {
            using (output)
                return codec.Encode(target, baseline, output, limit, settings, progress, cancellationToken);
        }, cancellationToken);
        if (size is { } bytes)
            return new SpooledPatch(path, bytes, baseline.Digest);
        File.Delete(path);
        return null;
    }

    /// <summary>
    /// The size an encode would have, without keeping it; null where it would not be below the limit.
    /// </summary>
    public async Task<long?> MeasureAsync(
        SpooledBlob target, SpooledBlob baseline, long limit, PatchSettings settings, EncodeProgress? progress,
        CancellationToken cancellationToken)
    {
        using var admission = await EnterAsync(target, baseline, settings, progress, cancellationToken);
        return await RunAsync(
            () => codec.Encode(target, baseline, Stream.Null, limit, settings, progress, cancellationToken),
            cancellationToken);
    }

    /// <summary>Applies a patch and checks that the blob comes out of it.</summary>
    public async Task VerifyAsync(
        SpooledPatch patch, SpooledBlob target, SpooledBlob baseline, Action<long>? progress,
        CancellationToken cancellationToken)
    {
        using var prefix = baseline.Map();
        var decoded = codec.Decode(File.OpenRead(patch.Path), prefix);
        using var verified = new VerifyingStream(
            decoded, target.Digest, target.Size, $"What the patch for {target.Digest} rebuilds");
        await verified.CopyToAsync(Stream.Null, progress, cancellationToken);
    }

    private Task<IDisposable> EnterAsync(
        SpooledBlob target, SpooledBlob baseline, PatchSettings settings, EncodeProgress? progress,
        CancellationToken cancellationToken)
    {
        var entering = gate.EnterAsync(codec.EstimateMemory(target.Size, baseline.Size, settings), cancellationToken);
        if (!entering.IsCompleted)
            progress?.BeginWaiting();
        return entering;
    }

    /// <summary>
    /// One call into a slow codec can take minutes (it indexes the whole baseline blob first) and can't be interrupted.
    /// A cancelled caller does not wait for it: the thread finds the token cancelled when the call returns, and cleans
    /// up after itself.
    /// </summary>
    private static Task<T> RunAsync<T>(Func<T> encode, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(encode, CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default)
            .WaitAsync(cancellationToken);
}

/// <summary>A patch in a file of the work directory.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="From">The baseline blob it refers to.</param>
internal sealed record SpooledPatch(string Path, long Size, Digest From);
