using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content.Files;
using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Engine.Deltas.Codecs.Content.Streams;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Files;

public sealed class FileCodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkDirectory _work;

    public FileCodingTests() => _work = new WorkDirectory(_folder.Path);

    public void Dispose()
    {
        _work.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Files_come_back_whatever_the_operations_and_the_prediction(int seed)
    {
        var random = new Random(seed);
        var files = Enumerable.Range(0, 20).Select(_ => RandomFile.Next(random)).ToArray();
        var patch = Write(files);
        using var reader = Open(patch);
        var streams = new Dictionary<byte, ClassStreams>();
        foreach (var file in files)
        {
            if (!streams.TryGetValue(file.Group, out var group))
                streams[file.Group] = group = Streams(reader, file.Group);
            Assert.Equal(file.Now, Read(file, group));
        }
        reader.RequireEnd();
    }

    [Fact]
    public void A_patch_that_is_cut_short_or_changed_gives_an_error_or_other_bytes_never_more()
    {
        var random = new Random(5);
        var files = Enumerable.Range(0, 6).Select(_ => RandomFile.Next(random) with { Group = 0 }).ToArray();
        var patch = Write(files);
        for (var round = 0; round < 400; round++)
        {
            var damaged = patch.ToArray();
            if (round % 2 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                using var reader = Open(damaged);
                var group = Streams(reader, 0);
                foreach (var file in files)
                    Assert.Equal(file.Now.Length, Read(file, group).Length);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private byte[] Write(IEnumerable<RandomFile> files)
    {
        using var streams = new StreamSetWriter(_work);
        var writers = new Dictionary<byte, ClassWriter>();
        foreach (var file in files)
        {
            var draft = new FileDraft();
            OpWriter.Write(file.Ops, file.Old, file.Form, draft);
            FileEncoder.Encode(file.Old, file.Now, file.Ops, file.NewPrediction(), draft);
            if (!writers.TryGetValue(file.Group, out var writer))
                writers[file.Group] = writer = new ClassWriter(streams, file.Group);
            writer.Add(draft);
        }
        using var output = new MemoryStream();
        streams.WriteTo(output, 2, default);
        return output.ToArray();
    }

    private static StreamSetReader Open(byte[] patch)
    {
        using var head = new StreamCursor(new MemoryStream(patch), patch.Length);
        var directory = StreamDirectory.Read(head, hasModels: false);
        return new StreamSetReader(new PatchInMemory(patch), directory, patch.Length - head.Left);
    }

    private static ClassStreams Streams(StreamSetReader reader, byte group) =>
        new(kind => reader[new StreamKey(group, kind)]);

    private static byte[] Read(RandomFile file, ClassStreams streams)
    {
        var output = new MemoryOutput(file.Now.Length);
        var ops = OpReader.Read(streams, file.Old, file.Now.Length, file.Form);
        FileDecoder.Decode(file.Old, ops, file.NewPrediction(), streams, output, default);
        return output.Written;
    }

    private sealed record RandomFile(byte Group, byte[] Old, byte[] Now, PatchOp[] Ops, bool IsPredicted, OpForm Form)
    {
        public LearningPrediction? NewPrediction() => IsPredicted ? new LearningPrediction() : null;

        public static RandomFile Next(Random random)
        {
            var old = new byte[random.Next(3) == 0 ? 0 : random.Next(1, 3000)];
            random.NextBytes(old);
            var ops = new List<PatchOp>();
            var now = new List<byte>();
            for (var count = random.Next(12); count > 0; count--)
            {
                var add = old.Length == 0 || random.Next(4) == 0 ? 0 : random.Next(old.Length + 1);
                var from = add == 0 ? 0 : random.Next(old.Length - add + 1);
                var insert = random.Next(add == 0 ? 1 : 0, 700);
                ops.Add(new PatchOp(from, add, insert));
                now.AddRange(old.AsSpan(from, add));
                for (var at = now.Count - add; at < now.Count; at += random.Next(1, 400))
                    now[at] += (byte)random.Next(256);
                now.AddRange(Enumerable.Range(0, insert).Select(_ => (byte)random.Next(256)));
            }
            return new RandomFile(
                (byte)random.Next(3), old, [.. now], [.. ops], random.Next(2) == 0, (OpForm)random.Next(3));
        }
    }

    /// <summary>Predicts something else after each block, by what the block really was.</summary>
    internal sealed class LearningPrediction : IPrediction
    {
        private byte _add;
        private int _learned;

        public void Predict(
            ReadOnlySpan<byte> old, int oldPosition, int newPosition, Span<byte> predicted, Span<byte> fields)
        {
            // Some fields overlap: the first one counts.
            fields[..predicted.Length].Clear();
            for (var at = newPosition % 7; at <= predicted.Length - sizeof(ulong); at += 3 + (at % 11))
                fields[at] = (byte)(at % 2 == 0 ? sizeof(uint) : sizeof(ulong));
            for (var index = 0; index < predicted.Length; index++)
                predicted[index] = (byte)(old[oldPosition + index] + _add);
        }

        public void TellKinds(int oldPosition, Span<byte> kinds)
        {
            for (var index = 0; index < kinds.Length; index++)
                kinds[index] = (byte)((oldPosition + index) >> 6);
        }

        public void Learn(int newPosition, ReadOnlySpan<byte> actual)
        {
            Assert.Equal(_learned, newPosition);
            _learned += actual.Length;
            _add = (byte)(actual[0] + newPosition);
        }
    }

    private sealed class MemoryOutput(int length) : IFileOutput
    {
        private readonly byte[] _bytes = new byte[length + IPrediction.BlockLength];
        private int _count;

        public byte[] Written => _bytes[.._count];

        public Span<byte> Room() => _bytes.AsSpan(_count, IPrediction.BlockLength);

        public void Advance(int count) => _count += count;

        public void Write(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public void ReadBack(int offset, Span<byte> bytes) => throw new NotSupportedException();

        public void Overwrite(int offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    }

    private sealed class PatchInMemory(byte[] bytes) : IPatchBytes
    {
        public long Length => bytes.Length;

        public Stream Open(long offset, long length) => new MemoryStream(bytes, (int)offset, (int)length);
    }
}
