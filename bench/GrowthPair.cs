using Diffah.Samples;

namespace Diffah.Bench;

/// <summary>
/// Two images of one layer each, of which a few per cent differ: many files, some of them edited, and one of half of
/// the layer, which is edited here and there and moves by some bytes. What is in memory does not grow with the layer.
/// </summary>
internal static class GrowthPair
{
    private const int MiB = 1 << 20;
    private const int LargestFile = 2 * MiB;
    private const int EditedShare = 50;

    /// <summary>Writes v1.docker.tar and v2.docker.tar.</summary>
    /// <param name="folder">Folder to write to; made where it is missing.</param>
    /// <param name="mebibytes">About the size of each layer.</param>
    /// <returns>Bytes of files that differ.</returns>
    public static long Write(string folder, int mebibytes)
    {
        var root = Directory.CreateDirectory(folder).FullName;
        LargePair.WriteImage(root, "v1", tar => Write(tar, mebibytes, isSecond: false));
        var changed = 0L;
        LargePair.WriteImage(root, "v2", tar => changed = Write(tar, mebibytes, isSecond: true));
        return changed;
    }

    private static long Write(TarFile tar, int mebibytes, bool isSecond)
    {
        var large = new LargeFile(mebibytes / 2, isSecond);
        tar.File("var/lib/data.img", large, large.Length);
        var changed = large.Length;
        var random = new SampleRandom(1);
        var left = (mebibytes - (long)(mebibytes / 2)) * MiB;
        for (var index = 0; left > 0; index++)
        {
            var size = random.Next(4) == 0 ? random.Next(MiB / 4, LargestFile) : random.Next(1024, MiB / 8);
            var content = SampleContent.Binary((ulong)index, size);
            if (isSecond && index % EditedShare == 0)
            {
                content = SampleContent.Edit(content, (ulong)index, 1 + (size >> 11));
                changed += content.Length;
            }
            tar.File($"opt/part-{index / 50:000}/file-{index:00000}", content);
            left -= size;
        }
        return changed;
    }

    /// <summary>A file that nobody stores: pieces of noise, of which the second form has some changed.</summary>
    private sealed class LargeFile(int pieces, bool isSecond) : Stream
    {
        private const int Shift = 1000;

        private readonly byte[] _piece = new byte[MiB];
        private int _next;
        private int _at = MiB;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        // What the second form has more stands before a third of it, so that the rest moves.
        public override long Length => ((long)pieces * MiB) + (isSecond ? Shift : 0);

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_at == MiB && !Next())
                return 0;
            var count = Math.Min(buffer.Length, MiB - _at);
            _piece.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            Position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private bool Next()
        {
            if (_next == pieces)
                return false;
            var isRepeated = isSecond && _next == pieces / 3 && Position == (long)_next * MiB;
            new SampleRandom((ulong)_next).Fill(_piece);
            if (isSecond && _next % EditedShare == 0)
                new SampleRandom(~(ulong)_next).Fill(_piece.AsSpan(MiB / 2, MiB / 16));
            // Some bytes twice: the end of this piece, and then the piece.
            _at = isRepeated ? MiB - Shift : 0;
            _next += isRepeated ? 0 : 1;
            return true;
        }
    }
}
