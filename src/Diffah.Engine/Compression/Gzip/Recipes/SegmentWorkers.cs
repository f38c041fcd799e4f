using Diffah.Engine.Compression.Gzip.Deflate;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Segments;

namespace Diffah.Engine.Compression.Gzip.Recipes;

/// <summary>Encode neighbouring segments at the same time.</summary>
internal sealed class SegmentWorkers : IDisposable
{
    private readonly SegmentEncoder[] _encoders;
    private readonly BitWriter[] _outputs;

    public SegmentWorkers(EncoderProfile profile, int count)
    {
        _encoders = [.. Enumerable.Range(0, count).Select(_ => SegmentEncoders.Create(profile))];
        _outputs = [.. Enumerable.Range(0, count).Select(_ => new BitWriter())];
    }

    /// <summary>Encodes segments, at most one for each worker.</summary>
    /// <param name="window">Has their content and the history of the first.</param>
    /// <param name="start">Where the first begins.</param>
    /// <param name="ends">Where each ends.</param>
    /// <param name="isLast">Nothing follows them.</param>
    /// <returns>What each is; good until the next call.</returns>
    public IReadOnlyList<BitWriter> Encode(ContentWindow window, long start, List<long> ends, bool isLast)
    {
        Parallel.For(0, ends.Count, new() { MaxDegreeOfParallelism = _encoders.Length }, index =>
        {
            var output = _outputs[index];
            output.Reset();
            _encoders[index].Encode(
                window, index == 0 ? start : ends[index - 1], ends[index], isLast && index == ends.Count - 1, output);
        });
        return _outputs;
    }

    public void Dispose()
    {
        foreach (var encoder in _encoders)
            encoder.Dispose();
        foreach (var output in _outputs)
            output.Dispose();
    }
}
