using Diffah.Engine.Content;
using Diffah.Engine.Deltas.Codecs.Content;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Codecs.Content;

/// <summary>A comparison sees all that a file of the content would show.</summary>
public sealed class ComparedContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = [.. Bytes.Random(1, 5000), .. new byte[3000], .. Bytes.Random(2, 2000)];
    private readonly MappedFile _file;
    private readonly ComparedContent _compared;

    public ComparedContentTests()
    {
        var path = Path.Combine(_folder.Path, "content");
        File.WriteAllBytes(path, _content);
        _file = new MappedFile(path);
        _compared = new ComparedContent(_file);
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pieces_in_any_order_are_right_and_zeros_need_not_be_written()
    {
        Write(8500, 10_000);
        Write(0, 1000);
        Write(8000, 8500);
        Write(1000, 5000);
        _compared.Finish();
    }

    [Fact]
    public void A_piece_that_is_written_twice_may_overlap_others()
    {
        Write(0, 6000);
        Write(4000, 10_000);
        Write(0, 10_000);
        _compared.Finish();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4999)]
    [InlineData(5000)]
    [InlineData(7999)]
    [InlineData(9999)]
    public void One_wrong_byte_is_seen_wherever_it_is(int place)
    {
        var wrong = _content.ToArray();
        wrong[place] ^= 1;
        _compared.Write(0, wrong);
        var error = Assert.Throws<InvalidDataException>(_compared.Finish);
        Assert.Contains($"byte {place}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2000, 2001)]
    [InlineData(9999, 10_000)]
    public void A_byte_that_nobody_wrote_is_seen(int start, int end)
    {
        Write(0, start);
        Write(end, 10_000);
        Assert.Throws<InvalidDataException>(_compared.Finish);
    }

    [Fact]
    public void What_was_wrong_is_right_once_it_is_overwritten()
    {
        var wrong = _content.ToArray();
        wrong.AsSpan(1000, 500).Clear();
        _compared.Write(0, wrong);
        _compared.Overwrite(1000, _content.AsSpan(1000, 500));
        _compared.Finish();
    }

    [Fact]
    public void Overwriting_does_not_hide_what_is_wrong_beside()
    {
        var wrong = _content.ToArray();
        wrong.AsSpan(990, 510).Clear();
        _compared.Write(0, wrong);
        _compared.Overwrite(1000, _content.AsSpan(1000, 500));
        Assert.Throws<InvalidDataException>(_compared.Finish);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(512)]
    [InlineData(3000)]
    public void What_was_wrong_is_read_as_it_was_written_and_may_be_overwritten_in_parts(int part)
    {
        var wrong = _content.ToArray();
        wrong.AsSpan(1000, 2500).Clear();
        _compared.Write(0, wrong.AsSpan(0, 2000));
        _compared.Write(2000, wrong.AsSpan(2000));
        var read = new byte[4000];
        for (var place = 500; place < 4500; place += part)
        {
            var bytes = read.AsSpan(place - 500, Math.Min(part, 4500 - place));
            _compared.Read(place, bytes);
            _compared.Overwrite(place, _content.AsSpan(place, bytes.Length));
        }
        Assert.Equal(wrong[500..4500], read);
        _compared.Finish();
        _compared.Read(500, read);
        Assert.Equal(_content[500..4500], read);
    }

    [Fact]
    public void Overwriting_with_what_is_wrong_is_an_error_at_once() =>
        Assert.Throws<InvalidDataException>(() => _compared.Overwrite(1000, new byte[500]));

    private void Write(int start, int end) => _compared.Write(start, _content.AsSpan(start, end - start));
}
