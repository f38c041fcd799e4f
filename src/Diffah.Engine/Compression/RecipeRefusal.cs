namespace Diffah.Engine.Compression;

/// <summary>Why a compressed stream, or a recipe, is not taken.</summary>
public enum RecipeRefusal
{
    /// <summary>It is taken.</summary>
    None,

    /// <summary>The stream does not begin as gzip does.</summary>
    NotGzip,

    /// <summary>The stream ends before it should.</summary>
    CutShort,

    /// <summary>No inflater would read the stream.</summary>
    Corrupt,

    /// <summary>A gzip header is longer than a recipe may hold.</summary>
    HeaderTooLong,

    /// <summary>A length of 258 is written as symbol 284 with extra bits.</summary>
    LongestLengthInOtherWords,

    /// <summary>The bits that fill a byte up are not zero.</summary>
    PaddingNotZero,

    /// <summary>What follows the last member is longer than a recipe may hold.</summary>
    TrailingData,

    /// <summary>More members than a recipe may have.</summary>
    TooManyMembers,

    /// <summary>A block has more tokens than a recipe may ask to be kept.</summary>
    BlockTooLong,

    /// <summary>No known encoder is near enough: a recipe would cost more than it spares.</summary>
    DoesNotPay,

    /// <summary>The recipe's own bytes can't be right.</summary>
    RecipeInvalid,

    /// <summary>The recipe is of a later version.</summary>
    RecipeUnknown,

    /// <summary>The content is not the one that the recipe was made for.</summary>
    ContentDiffers,
}
