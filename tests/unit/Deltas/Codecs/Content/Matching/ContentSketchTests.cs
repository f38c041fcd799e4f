using Diffah.Engine.Deltas.Codecs.Content.Matching;
using Diffah.Tests.Deltas.Support;

namespace Diffah.Tests.Deltas.Codecs.Content.Matching;

public sealed class ContentSketchTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(3000)]
    [InlineData(50_000)]
    [InlineData(700_000)]
    public void The_old_form_of_a_file_is_found_among_others(int size)
    {
        var sketch = Sketch(20, size);
        for (var file = 0; file < 20; file++)
            Assert.Equal(file, sketch.Find(Edited(Bytes.Random(file, size))).File);
    }

    [Theory]
    [InlineData(3500, 4700)]
    [InlineData(60_000, 80_000)]
    public void A_file_that_grows_into_the_next_class_is_found(int size, int larger)
    {
        var sketch = Sketch(20, size);
        byte[] made = [.. Bytes.Random(99, larger - size), .. Bytes.Random(11, size)];
        Assert.Equal(11, sketch.Find(made).File);
    }

    [Fact]
    public void What_is_in_no_old_file_finds_none()
    {
        Assert.Equal(SketchMatch.None, Sketch(5, 50_000).Find(Bytes.Random(100, 50_000)));
        Assert.Equal(SketchMatch.None, new ContentSketch().Find(Bytes.Random(100, 50_000)));
        Assert.Equal(SketchMatch.None, Sketch(5, 50_000).Find([]));
    }

    [Fact]
    public void Likeness_is_the_share_that_both_have()
    {
        var sketch = Sketch(3, 200_000);
        Assert.InRange(sketch.Find(Bytes.Random(1, 200_000)).Likeness, 999, 1000);
        byte[] half = [.. Bytes.Random(1, 200_000)[..100_000], .. Bytes.Random(77, 100_000)];
        Assert.InRange(sketch.Find(half).Likeness, 420, 580);
    }

    [Fact]
    public void Of_equal_files_the_first_is_taken_and_a_kin_before_it()
    {
        var sketch = new ContentSketch();
        foreach (var file in new[] { 4, 2, 3 })
            sketch.Add(file, Bytes.Random(1, 20_000));
        Assert.Equal(2, sketch.Find(Bytes.Random(1, 20_000)).File);
        Assert.Equal(4, sketch.Find(Bytes.Random(1, 20_000), file => file == 4).File);
    }

    [Fact]
    public void Of_two_that_have_it_all_the_one_of_like_length_is_taken()
    {
        var sketch = new ContentSketch();
        sketch.Add(0, [.. Bytes.Random(1, 20_000), .. Bytes.Random(2, 40_000)]);
        sketch.Add(1, [.. Bytes.Random(1, 20_000), .. Bytes.Random(3, 1000)]);
        Assert.Equal(1, sketch.Find(Bytes.Random(1, 20_000)).File);
    }

    [Fact]
    public void What_all_files_have_counts_less_than_what_one_has()
    {
        var license = Bytes.Random(50, 30_000);
        var sketch = new ContentSketch();
        for (var file = 0; file < 30; file++)
            sketch.Add(file, [.. license, .. Bytes.Random(file, 6000)]);
        Assert.Equal(23, sketch.Find([.. license, .. Edited(Bytes.Random(23, 6000))]).File);
    }

    [Fact]
    public void A_full_sketch_holds_fewer_pieces_of_each_and_still_finds()
    {
        var sketch = new ContentSketch(5000);
        for (var file = 0; file < 100; file++)
            sketch.Add(file, Bytes.Random(file, 30_000));
        Assert.InRange(sketch.Count, 2000, 5000);
        for (var file = 0; file < 100; file++)
            Assert.Equal(file, sketch.Find(Edited(Bytes.Random(file, 30_000))).File);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Data_that_repeats_itself_takes_little_room(int period)
    {
        var sketch = new ContentSketch();
        sketch.Add(0, [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i % period))]);
        Assert.InRange(sketch.Count, 0, 100);
    }

    [Fact]
    public void Nothing_that_repeats_stops_a_small_sketch()
    {
        var sketch = new ContentSketch(10);
        for (var file = 0; file < 100; file++)
            sketch.Add(file, Bytes.Random(1, 3000));
        Assert.InRange(sketch.Count, 0, 10);
    }

    [Fact]
    public void Many_may_look_at_the_same_time()
    {
        var sketch = Sketch(20, 50_000);
        var found = new int[20];
        Parallel.For(0, 20, file => found[file] = sketch.Find(Edited(Bytes.Random(file, 50_000))).File);
        Assert.Equal(Enumerable.Range(0, 20), found);
    }

    private static ContentSketch Sketch(int files, int size)
    {
        var sketch = new ContentSketch();
        for (var file = 0; file < files; file++)
            sketch.Add(file, Bytes.Random(file, size));
        return sketch;
    }

    /// <summary>With a byte changed and some put in.</summary>
    private static byte[] Edited(byte[] file)
    {
        byte[] made = [.. file[..(file.Length / 3)], 1, 2, 3, .. file[(file.Length / 3)..]];
        made[made.Length / 2] ^= 0x55;
        return made;
    }
}
