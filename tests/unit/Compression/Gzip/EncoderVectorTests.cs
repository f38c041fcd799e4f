using Diffah.Engine.Compression;
using Diffah.Engine.Compression.Gzip;
using Diffah.Engine.Compression.Gzip.Encoders;
using Diffah.Engine.Compression.Gzip.Recipes;

namespace Diffah.Tests.Compression.Gzip;

/// <summary>
/// The bytes are those of the real encoders. The digests are of their deflate streams, without gzip header and trailer:
/// Go 1.19.8 (io.Copy into gzip.NewWriterLevel), zlib 1.2.13 (Python's compressobj, memLevel 8 and 9), gzip 1.12 -n and
/// pigz 2.6 -n -p 4, all fed through a pipe; gzip 1.12 -n --rsyncable and pigz 2.6 -n -p 1 alike.
/// The content was made by a program in another language.
/// </summary>
public sealed class EncoderVectorTests
{
    private static readonly byte[] Content = GzipContents.Mixed();

    [Fact]
    public void The_content_is_what_the_digests_were_made_from() => Assert.Equal(
        "7d362bd644e8cef9e030d5f091ef6c8c775fa65a238a6e70a56af7996df67afa", GzipContents.Sha256(Content));

    // Encoder; level; bytes of the stream; their digest.
    [Theory]
    [InlineData("Go", 2, 267580, "e6cc626923ab9bdbd429d9bb565267e6133bed70c80e03af0ffba6dfd5688a1e")]
    [InlineData("Go", 3, 264890, "08b960aa37f70a7d553b256e8850edac7795b06ac05b828f36a7cb66e0154d96")]
    [InlineData("Go", 4, 262156, "fb31e6caa70084881557a273a66e3051cce38a9a05143e9c9a9a1d27b77a12a1")]
    [InlineData("Go", 5, 257922, "942984d2adedc0fc32a6e0c826442d48ddbe7296e6ca79d12cb4936cd711cb23")]
    [InlineData("Go", 6, 254684, "641b51df48348c40c29cf219f30aa8df549b7c9e965461ef04ae44367c25fd03")]
    [InlineData("Go", 7, 252030, "36cca7ea0518a5848d17991643e0d2c9896a78b79991d03868578fbb81a2cef1")]
    [InlineData("Go", 8, 251405, "b94e1e3d31b2076dbc12580b0da143028d417bfd3b431dc9bbb2b8b92e48527b")]
    [InlineData("Go", 9, 251326, "63db9128ecd395342db07196e53ab3be3c6737a9a86cbfdc043356b131607dc8")]
    [InlineData("Zlib", 1, 283407, "859d0a5594d145d025f590169b80d7593ade95a6b0b92250a69e5103e240b916")]
    [InlineData("Zlib", 2, 276268, "18c91dd1972e0087886f6bf78c98acfcf8b69253a947a907b7356499b2e2da94")]
    [InlineData("Zlib", 3, 270528, "fd6bbb63b4c98cd6146e02f9f92d5a96aa7c2fd1c973d0df8f5347c9179fd27c")]
    [InlineData("Zlib", 4, 267299, "c01f8813ae0c5ccc7a0718069081816b09ad21620a33d926ea3af0bd15e2688a")]
    [InlineData("Zlib", 5, 263790, "41ca59eeb35826c3407a8653c2835f9a73812a73f5371bddd852ce26ffff95fe")]
    [InlineData("Zlib", 6, 261149, "3cc8533b10eb10da8a88f7028bc6d8b7f626d6630b30acc4955d4eb53347fce2")]
    [InlineData("Zlib", 7, 258043, "9e45b79a981b41b461610b0520d85c4bcfd16fd1812a297f32b9db59cd9582a3")]
    [InlineData("Zlib", 8, 256801, "71640b0fee57ed9ee37929d147acfc3ff1e6b257e564009caa61788a6d82b773")]
    [InlineData("Zlib", 9, 256742, "a794855c0bf5305f8d6d075bd3db7c9f5e66e7738b7e6b3ef54aae5bc7b9be61")]
    [InlineData("ZlibLarge", 1, 288035, "7aa6931902cfd183708a713db55c44db89eaf0fb33ada8f54a173d9665b5636a")]
    [InlineData("ZlibLarge", 2, 280845, "5f0caee37daa5d7865c41f27d62cf1215206e50e447b8436b94597e6b0897cf6")]
    [InlineData("ZlibLarge", 3, 275561, "d7bab11d2aa038c794d0f612da3cdc41c6b17724af6eb484b6d8a5b8152ad732")]
    [InlineData("ZlibLarge", 4, 272658, "721ca478453c7520db7e7dcb0d44f9fc1333ff20e014f131ee02042fcef83275")]
    [InlineData("ZlibLarge", 5, 269288, "5c355237d603b875c37dc3adfdd4c594b909a9586c29bc3b2d04f64112d00782")]
    [InlineData("ZlibLarge", 6, 266596, "0963d8c84bb1300ad4cc3354b7481372a7b57a6d13a66bd0e822f3a1df701eb7")]
    [InlineData("ZlibLarge", 7, 263469, "85666c97751688b5630f65478d79fa2d7c2cc1686382416a607a70ed1a7e31ad")]
    [InlineData("ZlibLarge", 8, 262236, "8eef6d1c36a9734fe5a919db2b33eba93efbf0aef52b0575fe2616d0f4209cca")]
    [InlineData("ZlibLarge", 9, 262148, "afd7d729add9f0cc07dd93ba2741f632a6cc7e0a7f7768fdd4105a0c319ef69c")]
    [InlineData("Gnu", 1, 288042, "baeb8e3050ed70f49127a58a3e7a89238ac37291c84491e79ef64acf6c322bab")]
    [InlineData("Gnu", 2, 280769, "1fe9e913dd9c0c71ef19ed670c250d28709a2cb9235b8e68831ab40ebb123c5b")]
    [InlineData("Gnu", 3, 271976, "649993cf3d1d17cd294b2cc1c34daa6b43db409c828eac0e79ce69e7219eb16a")]
    [InlineData("Gnu", 4, 268403, "6c517efdf64c1fc097d3238ae1f260e34dc94088c9a36bfa8160ce0f1265fb4b")]
    [InlineData("Gnu", 5, 264209, "604d4bd6aa023fd619b84b8c245b9f21e6ee9f1bc51cafc1e891e8caa11a2bd2")]
    [InlineData("Gnu", 6, 261973, "86062af4187ab385bad38704e8318d632c5ab07474cb1fb380ca17c752d9d70d")]
    [InlineData("Gnu", 7, 257560, "e49388f37843154f644810e60261486c8bd42d8742e26677475d3337a21645e1")]
    [InlineData("Gnu", 8, 255763, "9499a918fd87126765809c1d93c3f94e1278bfa7606ad42013aa461cac61cbeb")]
    [InlineData("Gnu", 9, 255736, "595f285f8c9b477b4c80cfb6682ef607a3daa463952eb984c203ba65b5493aaf")]
    [InlineData("Pigz", 1, 282317, "2afa220b8ac747d150decd0bbb304c1ffbbec5be3e879c77b2dfac1acd586bd5")]
    [InlineData("Pigz", 2, 274752, "c5257bc2cd95e89520e1b8d3e6474abcccd770f7773156c6b284eba43edf7f09")]
    [InlineData("Pigz", 3, 269986, "4ebd53aae0698599aed3eb72d023866579a3a4c183bf345ee03c2bdfe7b694e2")]
    [InlineData("Pigz", 4, 265318, "2d1a1470ffb64d61bf6f6d5ce6f150fd89d79f0e6758b54784d20b7a490c034f")]
    [InlineData("Pigz", 5, 261985, "26fed93e1059b78c42dcf88bdce41642210f547482f495fc821b36dd813b441f")]
    [InlineData("Pigz", 6, 259487, "d8291c190cdd77a9ff1e642d41d2cbbd1f1ff0111ef0dad1c4ce644d36c5fe82")]
    [InlineData("Pigz", 7, 256273, "483c9f81f3f96cbfd5ccd5b3ac0e5f6d834f13d3500973f40d3222491661e9c4")]
    [InlineData("Pigz", 8, 255080, "62b98135ad84077b2f2914f766d03ef0b41d2e30def17fb852a3620c4fac2f59")]
    [InlineData("Pigz", 9, 255036, "77a621d622c54db4d333c2cea2e9aad45a3157a62adacb9eefbe451c2d57151a")]
    [InlineData("PigzIndependent", 1, 282583, "12b1d2127bfd30227871fe6687ecfd40957a29fea39254241d4f7a1d76de1a55")]
    [InlineData("PigzIndependent", 2, 275321, "fce2ac592aec693f280f2b2811527fee58f0f55c52d9c26e2c622109c1ddebe5")]
    [InlineData("PigzIndependent", 3, 271044, "8405f4be0aaaaa9a9c662b276d598601b86d92b6c25c362582da20aa0b0ad20f")]
    [InlineData("PigzIndependent", 4, 266934, "a8e9c74d63553bf3646871f04469f9fad6ea80c8b18ee8ee10a4a83d9d2e47b0")]
    [InlineData("PigzIndependent", 5, 263535, "e8a2d3f95d1f38c5237736cc81fb722d0b734f9d174ae5dd24da8707d779ba20")]
    [InlineData("PigzIndependent", 6, 261100, "9bad7910c96bcdc66a61d6c6b4e76700baaba0ac7bf1afd586408d24b21c3930")]
    [InlineData("PigzIndependent", 7, 258013, "7fbcd5feebc6e0ff162142062e68028edc90ec056bc979f5c65228d0877fa166")]
    [InlineData("PigzIndependent", 8, 256906, "8ef8b7316c97133da82166beed8344d6ff0c359aaada9cd9bb37d47fe37665b6")]
    [InlineData("PigzIndependent", 9, 256861, "3a2f56b6761b053d747378754ccba777e7cd3d9be55abefda8f7eed434fee05d")]
    [InlineData("GnuRsyncable", 1, 284057, "e0a89534526d877486ca3365cbe7da8607af7dfe6c988a50a1fca762227886ae")]
    [InlineData("GnuRsyncable", 2, 276331, "f8074241d44a6f25b65bf952f0ba2b53cd7b25701d43840e073f3d79aab433fb")]
    [InlineData("GnuRsyncable", 3, 271701, "d996949fa7a1bb9fdc82e75b65cd4daad7d852de996a243f64aaa55fbed7f6fa")]
    [InlineData("GnuRsyncable", 4, 267857, "45a0ab5000fd734d946292cbd7faee13587116c7698d837c51ffa5682d29ad07")]
    [InlineData("GnuRsyncable", 5, 264550, "c236646245ea9a268847d7dbca90ce390ada61b3f893eed5b9b0e578247700db")]
    [InlineData("GnuRsyncable", 6, 262053, "a39659471e8d4f5c9d24bf8988d7bd181a3e40f99b97878ed8033ef9c8df39bf")]
    [InlineData("GnuRsyncable", 7, 258908, "4897ba9b765be1587bf2821f4d8177497ffa7a17ed0ca49177a9f13abc19cb17")]
    [InlineData("GnuRsyncable", 8, 257737, "ebfc589b5dd00312e88318c44fbf181707963e2ea3c408594923a725139001a4")]
    [InlineData("GnuRsyncable", 9, 257683, "7e1dc06817ea90b628f26f133fe624663298df243b223d2caade162828893d79")]
    [InlineData("PigzOneThread", 1, 282358, "53de19e168a69d09145b87568381088e4ad4bdf4351320447ebb3c1b77a15354")]
    [InlineData("PigzOneThread", 2, 274746, "592a93dfda349fc4cd6b8572a2b877425007e38c0ee5544b258dddb23bc7886f")]
    [InlineData("PigzOneThread", 3, 270164, "2ffeeb6f592aef0b1476fc01e3d96ad3eb7e3aec3af132c5b324f97561c9e677")]
    public void An_encoder_is_followed_without_corrections(string family, byte level, int length, string sha256)
    {
        var profile = new EncoderProfile(Enum.Parse<EncoderFamily>(family), level);
        // What is known is the length in bytes: the last of them has one to eight bits.
        var made = Enumerable.Range(0, 8).Select(unused => Rebuild(profile, length * 8L - unused))
            .FirstOrDefault(m => m is not null);
        Assert.NotNull(made);
        Assert.Equal((length, sha256), (made.Length, GzipContents.Sha256(made)));
    }

    [Fact]
    public void All_encoders_that_are_known_are_tried()
    {
        var families = Enum.GetValues<EncoderFamily>();
        var known = from family in families
                    from level in Enumerable.Range(0, 256)
                    where EncoderProfiles.IsKnown(new(family, (byte)level))
                    // Held against the runtime's own, in another test.
                    where family != EncoderFamily.ZlibNg
                    select (family, level);
        var rows = typeof(EncoderVectorTests).GetMethod(
            nameof(An_encoder_is_followed_without_corrections))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Length;
        Assert.Equal(known.Count(), rows);
    }

    private static byte[]? Rebuild(EncoderProfile profile, long bits)
    {
        var body = new DeflateRecipe([new(profile, 0, Content.Length, 0, bits, Corrections.None, [])], 0);
        var recipe = new GzipRecipe([new GzipMember(default, body, default)], default);
        try
        {
            return GzipContents.Rebuild(recipe, Content);
        }
        catch (RecipeRefusedException)
        {
            return null;
        }
    }
}
